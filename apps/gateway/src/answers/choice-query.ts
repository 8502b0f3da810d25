import { choosable, coverageRules, coverages, isRefusal, type Refusal, upstreamDescription } from '@cellshed/contracts';
import type { OperationChoice } from '@cellshed/operations';
import Type, { type Static, type TOptional, type TSchema } from 'typebox';
import { formatQuery } from './formats.ts';

/** The members of a definition that a client may choose; lists have commas. */
const choices = Object.fromEntries(
  Object.entries(choosable).map(([name, { inRequest }]) => [
    name,
    Type.Optional(Type.IsArray(inRequest) ? { ...inRequest, explode: false } : inRequest),
  ]),
) as Record<string, TOptional<TSchema>>;

/** The members of a query that choose of an operation, but for its own parameters. */
export const choiceMembers = {
  coverage: Type.Optional(
    Type.Enum(coverages, {
      description: `Which cells lie in the area: ${coverages.map((rule) => `${rule}: ${coverageRules[rule].cells}`).join('; ')}`,
    }),
  ),
  rasters: Type.Optional(
    Type.Array(Type.String(), {
      explode: false,
      description: "Other rasters in place of the operation's own, as `own:other`, with commas between",
    }),
  ),
  upstream: Type.Optional(Type.Boolean({ description: upstreamDescription })),
  ...choices,
};

export const parameterValue = Type.String({ description: 'The value of a parameter of the operation' });

/** The query of an answer: what is chosen of its operation, and how it is shown. */
export const ChoiceQuery = Type.Object({ ...choiceMembers, ...formatQuery }, { additionalProperties: parameterValue });
export type ChoiceQuery = Static<typeof ChoiceQuery>;

/** The members of the query that are lists. */
export const choiceLists: readonly string[] = [
  'rasters',
  ...Object.entries(choosable).flatMap(([name, { inRequest }]) => (Type.IsArray(inRequest) ? name : [])),
];

/**
 * The choice of an operation that a query makes. A Refusal names the member, its value and what was
 * expected.
 */
export function choiceIn(operation: string, query: ChoiceQuery): OperationChoice | Refusal {
  const {
    coverage,
    rasters: pairs,
    f: _,
    rows: _rows,
    upstream: __,
    ...others
  } = query as ChoiceQuery & Record<string, unknown>;
  const rasters = rastersIn(pairs ?? []);
  if (isRefusal(rasters)) return rasters;
  const isChoice = ([name]: readonly [string, unknown]) => Object.hasOwn(choices, name);
  const given = Object.entries(others);
  return {
    ...{ operation, coverage, rasters },
    choices: Object.fromEntries(given.filter(isChoice)),
    parameters: Object.fromEntries(given.filter((one) => !isChoice(one))),
  };
}

function rastersIn(pairs: readonly string[]): Record<string, string> | Refusal {
  const named = new Map<string, string>();
  for (const pair of pairs) {
    const [, own, other] = /^([^:]+):(.+)$/.exec(pair) ?? [];
    if (own === undefined || other === undefined)
      return { path: 'rasters', problem: `is ${shown(pair)}, expected own:other, the names of two rasters` };
    if (named.has(own)) return { path: 'rasters', problem: `names ${shown(own)} twice, expected each raster once` };
    named.set(own, other);
  }
  return Object.fromEntries(named);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
