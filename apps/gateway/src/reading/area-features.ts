import {
  type AreaPage,
  type AreaQuery,
  type AreaTable,
  type Bbox,
  type ListedArea,
  UnusableAreaError,
} from '@cellshed/areas';
import type { OpenAreas } from '@cellshed/catalog';
import type { Link } from '@cellshed/client';
import { featureOf } from '../collections/feature.ts';
import type { WellKnown } from '../processes/asked.ts';

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

/** One area of a table as text. */
export type FeatureItem = Pick<FeaturePage, 'features' | 'version'>;

/** Some areas of a table: all that match, or those that lie in a larger area. */
export interface FeatureQuery extends Omit<AreaQuery, 'vertices'> {
  readonly within?: WellKnown | undefined;
}

/** Finds the ids of the areas of a table that lie in a larger one. */
export type FindWithin = (table: string, within: WellKnown) => Promise<readonly string[]>;

/** Area tables as clients see them. Rejects with the errors of the tables. */
export interface AreaFeatures {
  page(table: string, query: FeatureQuery): Promise<FeaturePage>;
  /** One area as GeoJSON, with these links; undefined: there is none with this id. */
  item(table: string, id: string, links: readonly Link[]): Promise<FeatureItem | undefined>;
  extent(table: string): Promise<Bbox | undefined>;
}

/** Reads tables that are open in this thread. */
export function areaFeatures(
  tables: Pick<OpenAreas, 'use'>,
  { vertices = mostVertices, idsWithin }: { readonly vertices?: number; readonly idsWithin?: FindWithin } = {},
): AreaFeatures {
  return {
    async page(table, { within, ...query }) {
      const ids = within && (await idsWithin?.(table, within));
      const { matched, items, version } = await tables.use(table, async (open) => ({
        ...(ids ? await pageOf(ids, query, open) : await open.list({ ...query, vertices })),
        version: open.version,
      }));
      const features = bytesOf(items.map((area) => JSON.stringify(featureOf(area))).join(','));
      return { matched, returned: items.length, features, ids: items.map(({ id }) => id), version };
    },
    async item(table, id, links) {
      const { area, version } = await tables.use(table, async (open) => ({
        area: await open.get(id).catch(withoutGeometry),
        version: open.version,
      }));
      return area && { features: bytesOf(JSON.stringify({ ...featureOf(area), links })), version };
    },
    extent: (table) => tables.use(table, (open) => open.extent()),
  };

  async function pageOf(ids: readonly string[], { offset, limit }: AreaQuery, open: AreaTable): Promise<AreaPage> {
    return { matched: ids.length, items: await open.some(ids.slice(offset, offset + limit), vertices) };
  }
}

/** Encodes text in memory of its own, which can be given to another thread. */
function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function withoutGeometry(error: unknown): ListedArea {
  if (error instanceof UnusableAreaError) return { ...error.area, polygons: [] };
  throw error;
}
