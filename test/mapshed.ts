import { join } from 'node:path';
import { writeConstantRaster } from './constant-raster.ts';

/**
 * The rasters of Model My Watershed's request `mapshed`, by the names that it uses, each of one
 * value.
 */
export const mapshedRasters = {
  nlcd: { alias: 'nlcd-2019-30m-epsg5070-512-uint8raw', value: 41 },
  soil: { alias: 'ssurgo-hydro-groups-30m-epsg5070-512-int8', value: 3 },
  gwn: { alias: 'us-groundwater-nitrogen-30m-epsg5070-512', value: 2 },
  awc: { alias: 'us-ssurgo-aws100-30m-epsg5070-512', value: 9 },
  slope: { alias: 'us-percent-slope-30m-epsg5070-512', value: 12 },
  kfactor: { alias: 'us-ssugro-kfactor-30m-epsg5070-512', value: 5 },
  soiln: { alias: 'soiln-epsg5070', value: 7 },
  soilp: { alias: 'soilpallland2-epsg5070', value: 6 },
  bfi: { alias: 'bfi48grd-epsg5070', value: 8 },
} as const;
export const layer = (name: keyof typeof mapshedRasters) => mapshedRasters[name].alias;

/** The parts of that request of Model My Watershed. */
export const mapshed = [
  { name: 'RasterGroupedCount', label: 'nlcd_soil', rasters: [layer('nlcd'), layer('soil')] },
  { name: 'RasterLinesJoin', label: 'nlcd_streams', rasters: [layer('nlcd')] },
  { name: 'RasterGroupedCount', label: 'gwn', rasters: [layer('gwn')] },
  { name: 'RasterGroupedAverage', label: 'avg_awc', targetRaster: layer('awc'), rasters: [layer('gwn')] },
  { name: 'RasterGroupedCount', label: 'nlcd_slope', rasters: [layer('nlcd'), layer('slope')] },
  { name: 'RasterGroupedAverage', label: 'slope', targetRaster: layer('slope'), rasters: [] },
  { name: 'RasterGroupedAverage', label: 'nlcd_kfactor', targetRaster: layer('kfactor'), rasters: [layer('nlcd')] },
  { name: 'RasterGroupedAverage', label: 'soiln', targetRaster: layer('soiln'), rasters: [], pixelIsArea: true },
  { name: 'RasterGroupedAverage', label: 'soilp', targetRaster: layer('soilp'), rasters: [], pixelIsArea: true },
  { name: 'RasterGroupedAverage', label: 'recess_coef', targetRaster: layer('bfi'), rasters: [], pixelIsArea: true },
];

/**
 * The raster is on the NLCD grid: its upper left cell is a whole number of cells from (-2493045,
 * 3310005).
 */
export const mapshedGrid = { across: 12, down: 12, originX: -2493045 + 30 * 137_000, originY: 3310005 - 30 * 36_000 };
/** Writes the rasters as `NAME.tif`; their entries in a catalog that lies beside them. */
export function writeMapshedRasters(folder: string): string[] {
  return Object.entries(mapshedRasters).map(([name, { alias, value }]) => {
    writeConstantRaster(join(folder, `${name}.tif`), { ...mapshedGrid, value });
    return `${name}: { url: ${name}.tif, aliases: [${alias}] }`;
  });
}

/** The answer to the request for a shape of so many cells. */
export function mapshedAnswer({ cells, streamCells }: { readonly cells: number; readonly streamCells: number }) {
  return {
    nlcd_soil: { 'List(41, 3)': cells },
    nlcd_streams: streamCells > 0 ? { 'List(41)': streamCells } : {},
    gwn: { 'List(2)': cells },
    avg_awc: { 'List(2)': 9 },
    nlcd_slope: { 'List(41, 12)': cells },
    slope: { 'List(0)': 12 },
    nlcd_kfactor: { 'List(41)': 5 },
    soiln: { 'List(0)': 7 },
    soilp: { 'List(0)': 6 },
    recess_coef: { 'List(0)': 8 },
  };
}
