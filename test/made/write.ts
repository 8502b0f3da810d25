import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { geotiffOf } from '../../sample/geotiff-writer.ts';
import {
  alignedAreas,
  type CountryArea,
  largeAreas,
  type RasterName,
  rasters,
  smallAreas,
  streams,
} from './country.ts';

/**
 * Writes what is named of the country into a folder: `NAME.tif`, `small.geojson`, `large.geojson`,
 * `aligned.geojson`, `streams.geojson`.
 */
export function writeCountry(folder: string, names: readonly RasterName[]): void {
  mkdirSync(folder, { recursive: true });
  const made = rasters();
  for (const name of names) writeFileSync(join(folder, `${name}.tif`), geotiffOf(made[name]));
  for (const [name, content] of Object.entries(layers()))
    writeFileSync(join(folder, `${name}.geojson`), JSON.stringify(content));
}

/** The country's areas and streams as GeoJSON. */
function layers() {
  const [small, large, aligned] = [smallAreas(), largeAreas(), alignedAreas()].map(collectionOf);
  return { small, large, aligned, streams: streamLines() };
}

export function streamLines() {
  return { type: 'MultiLineString', coordinates: streams() };
}

export function geometryOf({ polygons }: CountryArea) {
  const [only, ...others] = polygons;
  return others.length > 0
    ? { type: 'MultiPolygon', coordinates: polygons }
    : { type: 'Polygon', coordinates: only ?? [] };
}

/** Features with the properties `id` and `name`. */
export function collectionOf(areas: readonly CountryArea[]) {
  const features = areas.map((area) => ({
    type: 'Feature',
    properties: { id: area.id, name: area.name },
    geometry: geometryOf(area),
  }));
  return { type: 'FeatureCollection', features };
}

/**
 * A digest of the cells of each raster and of each layer: answers hold for these data and for no
 * others.
 */
export function digests(): Record<string, string> {
  const cells = Object.entries(rasters()).map(([name, { samples }]) => [name, digest(Buffer.from(samples.buffer))]);
  const texts = Object.entries(layers()).map(([name, layer]) => [name, digest(JSON.stringify(layer))]);
  return Object.fromEntries([...cells, ...texts]);
}

export function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
