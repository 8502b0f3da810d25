import { fingerprintOf, parseArea } from '@catchment/areas';
import type { Catalog, OpenAreas } from '@catchment/catalog';
import type { AreaReference } from '@catchment/jobs';
import Type, { type Static } from 'typebox';
import { answerMembers } from './answer-form.ts';
import { ProblemError } from './problem.ts';

/** What a client posts to have an operation executed. */
export const Execution = Type.Object(
  {
    inputs: Type.Object(
      {
        area: Type.Unknown({
          description:
            'A well-known area as "table/id", or a drawn one as GeoJSON Polygon, MultiPolygon, Feature or FeatureCollection in lon/lat',
          examples: ['huc12/990102030104'],
        }),
        coverage: Type.Optional(
          Type.Literal('centre', { description: 'A cell is in the area when its centre is', default: 'centre' }),
        ),
      },
      { additionalProperties: false },
    ),
    ...answerMembers,
  },
  { $id: 'Execution', additionalProperties: false },
);
export type Execution = Static<typeof Execution>;

interface AreaSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: OpenAreas;
  readonly vertexLimit: number;
}

const expected = 'table/id of a well-known area, or GeoJSON';

/** What a request says of its area, and the bytes of a drawn one. */
export interface ResolvedArea {
  readonly reference: AreaReference;
  readonly drawn?: Uint8Array;
}

/**
 * The area that a client means: a well-known one that exists, or a drawn one, checked. Throws a ProblemError (400) that names
 * the member and what was expected.
 */
export async function resolveArea(area: unknown, sources: AreaSources): Promise<ResolvedArea> {
  if (typeof area === 'string') return { reference: await wellKnown(area, sources) };
  const parsed = parseArea(area, { vertices: sources.vertexLimit });
  if ('problem' in parsed) throw new ProblemError(400, `inputs.area: ${parsed.problem}`);
  const drawn = Buffer.from(JSON.stringify(parsed.area));
  return { reference: { drawn: fingerprintOf(parsed.area.polygons) }, drawn };
}

async function wellKnown(text: string, { catalog, tables }: AreaSources): Promise<AreaReference> {
  const slash = text.indexOf('/');
  const [table, id] = [text.slice(0, slash), text.slice(slash + 1)];
  const is = `inputs.area: is ${JSON.stringify(text.slice(0, 200))}`;
  if (slash < 1 || id === '') throw new ProblemError(400, `${is}, expected ${expected}`);
  if (!catalog.areas.has(table)) {
    const known = [...catalog.areas.keys()].join(', ') || 'none';
    throw new ProblemError(400, `${is}, but no area table has this name; expected one of ${known}`);
  }
  const there = await tables.use(table, (open) => open.has(id));
  if (!there) throw new ProblemError(400, `${is}, but area table ${table} has no area with this id`);
  return { table, id };
}
