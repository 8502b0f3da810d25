import type { Bbox } from '@cellshed/areas';
import { isRefusal } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { parameterValue } from '../answers/choice-query.ts';
import { datetimePattern, timeOrDay } from '../http/datetime.ts';
import { pageQuery } from '../http/paging.ts';
import { refused } from '../problems/problem-error.ts';
import { wellKnownIn } from '../processes/resolve-area.ts';
import type { FeatureQuery } from '../reading/area-features.ts';
import { answerQuery } from './answer-query.ts';
import { parseBbox } from './area-query.ts';

const mostItems = 1000;

/** The query of a page of areas. */
export const ItemsQuery = Type.Object(
  {
    ...pageQuery(10),
    // The standard wants a larger number to mean the largest.
    limit: Type.Integer({ minimum: 1, default: 10, description: `Most areas of the page; ${mostItems} at most` }),
    bbox: Type.Optional(
      Type.Array(Type.Number(), {
        minItems: 4,
        maxItems: 6,
        explode: false,
        description: 'west,south,east,north in degrees; west > east crosses the antimeridian',
      }),
    ),
    datetime: Type.Optional(
      Type.String({
        pattern: datetimePattern(timeOrDay),
        description: 'a time or an interval such as 2020-01-01T00:00:00Z/..; areas have no time, so all match',
      }),
    ),
    within: Type.Optional(
      Type.String({ maxLength: 300, description: 'A larger area, table/id, in which the areas lie' }),
    ),
    drainsInto: Type.Optional(
      Type.String({ maxLength: 200, description: 'Id of an area of the table, into which the areas drain directly' }),
    ),
    upstreamOf: Type.Optional(
      Type.String({ maxLength: 200, description: 'Id of an area of the table: it, and all areas that drain into it' }),
    ),
    skipGeometry: Type.Boolean({
      default: false,
      description: 'Whether areas come without their geometry: it is null',
    }),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'Beginning of an id, or part of a name' })),
    ...answerQuery,
  },
  { additionalProperties: parameterValue },
);
export type ItemsQuery = Static<typeof ItemsQuery>;

/** The page that a query asks for, and the members by which it asks for answers. */
export function readItemsQuery({ limit, offset, skipGeometry, datetime, ...query }: ItemsQuery) {
  const { q, bbox, within, drainsInto, upstreamOf, ...answers } = query;
  const [first, second] = Object.entries({ within, drainsInto, upstreamOf, bbox, q }).filter(
    ([, value]) => value !== undefined,
  );
  const isAlone = ['within', 'drainsInto', 'upstreamOf'].includes(first?.[0] ?? '');
  if (first && second && isAlone) throw refused({ path: first[0], problem: `is not known together with ${second[0]}` });
  const larger = within === undefined ? undefined : wellKnownIn(within, 'within', 'table/id of a larger area');
  const page: FeatureQuery = {
    ...{ limit: Math.min(limit, mostItems), offset, q, bbox: bbox && boxIn(bbox) },
    ...{ within: larger, drainsInto, upstreamOf, skipGeometry },
  };
  return { page, answers };
}

function boxIn(numbers: readonly number[]): Bbox {
  const bbox = parseBbox(numbers);
  if (isRefusal(bbox)) throw refused(bbox, 'bbox');
  return bbox;
}
