import { type AreaQuery, type Bbox, type ListedArea, UnusableAreaError } from '@catchment/areas';
import type { OpenAreas } from '@catchment/catalog';
import type { Link } from '@catchment/client';
import { featureOf } from '../feature.ts';

/**
 * A page takes at most so many vertices, some 4 MB of text, unless its first area alone has more.
 */
const mostVertices = 100_000;

/** Areas of a table as text. */
export interface FeaturePage {
  /** How many areas match in all. */
  readonly matched: number;
  /** Those of this page: fewer than were asked for where they have very many vertices. */
  readonly returned: number;
  /** GeoJSON features with commas between. */
  readonly features: Uint8Array;
}

/** What clients are shown of area tables. Rejects with what the tables throw. */
export interface AreaFeatures {
  page(table: string, query: Omit<AreaQuery, 'vertices'>): Promise<FeaturePage>;
  /** One as GeoJSON, with these links; undefined: there is none with this id. */
  item(table: string, id: string, links: readonly Link[]): Promise<Uint8Array | undefined>;
  extent(table: string): Promise<Bbox | undefined>;
}

/** Over tables that are open in this thread. */
export function areaFeatures(tables: Pick<OpenAreas, 'use'>, vertices = mostVertices): AreaFeatures {
  return {
    async page(table, query) {
      const { matched, items } = await tables.use(table, (open) => open.list({ ...query, vertices }));
      const features = items.map((area) => Buffer.from(JSON.stringify(featureOf(area))));
      return { matched, returned: items.length, features: joined(features) };
    },
    async item(table, id, links) {
      const area = await tables.use(table, (open) => open.get(id)).catch(withoutGeometry);
      return area && Buffer.from(JSON.stringify({ ...featureOf(area), links }));
    },
    extent: (table) => tables.use(table, (open) => open.extent()),
  };
}

const comma = Buffer.from(',');

function joined(features: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(features.flatMap((feature, i) => (i > 0 ? [comma, feature] : [feature])));
}

function withoutGeometry(error: unknown): ListedArea {
  if (error instanceof UnusableAreaError) return { ...error.area, polygons: [] };
  throw error;
}
