import type { Crs } from './crs.ts';
import { projWords } from './definitions/proj-words.ts';

/** The cells to which a raster is warped. */
export interface TargetGrid {
  readonly crs: Crs;
  readonly originX: number;
  readonly originY: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
}

/** The command that warps a raster to longitude and latitude and keeps its classes. */
export function gdalwarpToLonLat(raster: string): string {
  return `gdalwarp -t_srs EPSG:4326 -r near ${files(raster, 'lonlat')}`;
}

/** The command that makes a raster's rows run from west to east and keeps its classes. */
export function gdalwarpNorthUp(raster: string): string {
  return `gdalwarp -r near ${files(raster, 'north-up')}`;
}

/**
 * The command that warps a raster to the cells of another, keeps its classes, and makes a Cloud
 * Optimized GeoTIFF. `marks`: the file does not mark cells without data itself, so that those
 * beyond its edges get an alpha band.
 */
export function gdalwarpToGrid(raster: string, grid: TargetGrid, marks?: 'alpha'): string {
  const { crs, originX, originY, cellWidth, cellHeight, width, height } = grid;
  const extent = [originX, originY - height * cellHeight, originX + width * cellWidth, originY].join(' ');
  const srs = srsOf(crs);
  const target = srs === undefined ? '' : ` -t_srs ${srs}`;
  const alpha = marks === 'alpha' ? ' -dstalpha' : '';
  const form = '-of COG -co COMPRESS=DEFLATE -co OVERVIEW_RESAMPLING=NEAREST';
  const cells = `-tr ${cellWidth} ${cellHeight} -te ${extent} -r near${alpha}`;
  return `gdalwarp${target} ${cells} ${form} ${files(raster, 'aligned')}`;
}

/** The command that makes a Cloud Optimized GeoTIFF of a raster, and keeps its classes. */
export function gdalTranslateToCog(raster: string): string {
  return `gdal_translate -of COG -co COMPRESS=DEFLATE -co OVERVIEW_RESAMPLING=NEAREST ${files(raster, 'cog')}`;
}

/** The command that converts a layer of areas to longitude and latitude. */
export function ogr2ogrToLonLat(file: string, layer?: string): string {
  const more = layer === undefined ? '' : ` ${quoted(layer)}`;
  const { stem } = nameParts(file);
  return `ogr2ogr -t_srs EPSG:4326 ${quoted(`${stem}-lonlat.gpkg`)} ${quoted(gdalName(file))}${more}`;
}

/** The name of the CRS for GDAL; undefined where GDAL would not understand the definition. */
function srsOf({ name, definition }: Crs): string | undefined {
  if (/^[A-Z]+:\d+$/.test(name)) return name;
  const ours = ['shifts', 'degrees', 'sphere'].some((word) => projWords(definition).has(word));
  return ours ? undefined : `'${definition}'`;
}

function files(raster: string, what: string): string {
  const { stem, ending } = nameParts(raster);
  return `${quoted(gdalName(raster))} ${quoted(`${stem}-${what}${ending || '.tif'}`)}`;
}

/** The file name without folder and ending, and the ending. */
function nameParts(file: string): { readonly stem: string; readonly ending: string } {
  const base =
    file
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .at(-1) || 'raster';
  const [, stem = base, ending = ''] = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/.exec(base) ?? [];
  return { stem, ending };
}

/** A file name in the form in which GDAL names files elsewhere. */
function gdalName(file: string): string {
  if (/^s3:\/\//i.test(file)) return `/vsis3/${file.slice(5)}`;
  return /^https?:\/\//i.test(file) ? `/vsicurl/${file.replace(/\/\/[^/@]*@/, '//')}` : file;
}

/** A word quoted for a shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
