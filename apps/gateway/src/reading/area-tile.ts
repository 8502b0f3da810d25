import type { Bbox } from '@cellshed/areas';
import type { OpenAreas } from '@cellshed/catalog';
import { geoJSONToTile } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { featureOf } from '../collections/feature.ts';

/** A tile of a web map, in the squares of the Web Mercator projection (EPSG:3857). */
export interface TileAddress {
  readonly z: number;
  /** From the west. */
  readonly x: number;
  /** From the north. */
  readonly y: number;
}

/** A tile with the outlines of areas, and the version of the table that they are from. */
export interface AreaTile {
  readonly tile: Uint8Array;
  readonly version: string;
}

/** The most areas of a tile, and their vertices. A tile with more of either shows none. */
const [mostAreas, mostVertices] = [2000, 2_000_000];

/** The units of a tile, and those around it with which lines are drawn to their ends. */
const [extent, buffer] = [4096, 64];

/**
 * A vector tile (Mapbox Vector Tile 2.1) with the areas that meet it, in the layer `areas`: each
 * with the properties `id` and `name`, simplified to a fraction of a pixel. Where too many areas
 * meet the tile, it has none: they would cover each other.
 */
export async function areaTile(tables: Pick<OpenAreas, 'use'>, table: string, address: TileAddress): Promise<AreaTile> {
  const query = { limit: mostAreas, offset: 0, vertices: mostVertices, bbox: boxOf(address) };
  const { matched, items, version } = await tables.use(table, async (open) => ({
    ...(await open.list(query)),
    version: open.version,
  }));
  const isWhole = items.length === matched;
  const features = (isWhole ? items : []).map((area) => {
    const { id, geometry } = featureOf(area);
    return {
      type: 'Feature' as const,
      geometry,
      properties: { id, ...(area.name !== undefined && { name: area.name }) },
    };
  });
  const { z, x, y } = address;
  const collection = { type: 'FeatureCollection', features } as unknown as GeoJSON.FeatureCollection;
  const areas = geoJSONToTile(collection, z, x, y, { extent, buffer, tolerance: 3, clip: true });
  const tile = fromGeojsonVt(areas ? { areas } : {}, { version: 2, extent });
  return { tile: Uint8Array.from(tile), version };
}

/** The box of a tile with what is drawn around it, in degrees. */
function boxOf({ z, x, y }: TileAddress): Bbox {
  const around = buffer / extent;
  const [west, east] = [x - around, x + 1 + around].map((at) => longitude(at / 2 ** z)) as [number, number];
  const [north, south] = [y - around, y + 1 + around].map((at) => latitude(at / 2 ** z)) as [number, number];
  return [west, south, east, north];
}

function longitude(share: number): number {
  return Math.min(180, Math.max(-180, 360 * share - 180));
}

/** The inverse of the Mercator projection on a sphere: latitude = atan(sinh(π (1 − 2 y))). */
function latitude(share: number): number {
  return (180 / Math.PI) * Math.atan(Math.sinh(Math.PI * (1 - 2 * share)));
}
