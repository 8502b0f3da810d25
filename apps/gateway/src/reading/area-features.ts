import {
  type AreaPage,
  type AreaQuery,
  type AreaTable,
  type Bbox,
  type ListedArea,
  UnusableAreaError,
} from '@cellshed/areas';
import { type AreaLinksSources, areaLinks, type LinkPlace } from '../collections/area-links.ts';
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

/** Some areas of a table: all that match, those in a larger area, or those upstream of one. */
export interface FeatureQuery extends Omit<AreaQuery, 'vertices'> {
  readonly within?: WellKnown | undefined;
  /** The id of an area of the table. */
  readonly drainsInto?: string | undefined;
  /** The id of an area of the table: it, and all that drain into it. */
  readonly upstreamOf?: string | undefined;
  readonly skipGeometry?: boolean | undefined;
}

/** Finds the ids of the areas of a table that a query means; undefined: all that match. */
export type FindIds = (
  table: string,
  query: Pick<FeatureQuery, 'within' | 'drainsInto' | 'upstreamOf'>,
) => Promise<readonly string[] | undefined>;

/** Area tables as clients see them. Rejects with the errors of the tables. */
export interface AreaFeatures {
  page(table: string, query: FeatureQuery): Promise<FeaturePage>;
  /** One area as GeoJSON, with links to itself and others; undefined: it is not there. */
  item(table: string, id: string, place: LinkPlace): Promise<FeatureItem | undefined>;
  extent(table: string): Promise<Bbox | undefined>;
}

export interface AreaFeaturesSources extends AreaLinksSources {
  /** The most vertices of a page. */
  readonly vertices?: number;
  /** Absent where queries mean all areas that match. */
  readonly findIds?: FindIds;
}

/** Reads tables that are open in this thread. */
export function areaFeatures({ tables, catalog, vertices = mostVertices, findIds }: AreaFeaturesSources): AreaFeatures {
  return {
    async page(table, { within, drainsInto, upstreamOf, skipGeometry, ...query }) {
      const ids = await findIds?.(table, { within, drainsInto, upstreamOf });
      const { matched, items, version } = await tables.use(table, async (open) => ({
        ...(ids ? await pageOf(ids, query, open) : await open.list({ ...query, vertices })),
        version: open.version,
      }));
      const texts = items.map((area) => JSON.stringify(featureOf(area, { skipGeometry })));
      const features = bytesOf(texts.join(','));
      return { matched, returned: items.length, features, ids: items.map(({ id }) => id), version };
    },
    async item(table, id, place) {
      const { area, version } = await tables.use(table, async (open) => ({
        area: await open.get(id).catch(withoutGeometry),
        version: open.version,
      }));
      if (!area) return undefined;
      const links = await areaLinks({ table, ...area }, place, { catalog, tables });
      return { features: bytesOf(JSON.stringify({ ...featureOf(area), links })), version };
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
