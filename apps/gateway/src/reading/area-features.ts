import { type AreaQuery, type Bbox, type ListedArea, UnusableAreaError } from '@catchment/areas';
import type { OpenAreas } from '@catchment/catalog';
import type { Link } from '@catchment/client';
import { featureOf } from '../collections/feature.ts';

/** The most vertices of a page, some 4 MB of text; a first area with more fills a page alone. */
const mostVertices = 100_000;

/** Areas of a table as text. */
export interface FeaturePage {
  /** The number of areas that match. */
  readonly matched: number;
  /**
   * The number of areas of this page: fewer than were asked for if they have very many vertices.
   */
  readonly returned: number;
  /** GeoJSON features with commas between. */
  readonly features: Uint8Array;
  /** Their ids. */
  readonly ids: readonly string[];
  /** The version of the table that has them. */
  readonly version: string;
}

/** Area tables as clients see them. Rejects with the errors of the tables. */
export interface AreaFeatures {
  page(table: string, query: Omit<AreaQuery, 'vertices'>): Promise<FeaturePage>;
  /** One area as GeoJSON, with these links; undefined: there is none with this id. */
  item(table: string, id: string, links: readonly Link[]): Promise<Uint8Array | undefined>;
  extent(table: string): Promise<Bbox | undefined>;
}

/** Reads tables that are open in this thread. */
export function areaFeatures(tables: Pick<OpenAreas, 'use'>, vertices = mostVertices): AreaFeatures {
  return {
    async page(table, query) {
      const { matched, items, version } = await tables.use(table, async (open) => ({
        ...(await open.list({ ...query, vertices })),
        version: open.version,
      }));
      const features = bytesOf(items.map((area) => JSON.stringify(featureOf(area))).join(','));
      return { matched, returned: items.length, features, ids: items.map(({ id }) => id), version };
    },
    async item(table, id, links) {
      const area = await tables.use(table, (open) => open.get(id)).catch(withoutGeometry);
      return area && bytesOf(JSON.stringify({ ...featureOf(area), links }));
    },
    extent: (table) => tables.use(table, (open) => open.extent()),
  };
}

/** Encodes text in memory of its own, which can be given to another thread. */
function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function withoutGeometry(error: unknown): ListedArea {
  if (error instanceof UnusableAreaError) return { ...error.area, polygons: [] };
  throw error;
}
