import { Definition } from '@catchment/catalog';
import Type, { type Static } from 'typebox';

/** What was drawn, by its fingerprint: its geometry lies in the request's job cache. */
export const DrawnReference = Type.Object({ drawn: Type.String() }, { additionalProperties: false });

/** A well-known area by table and id, or a drawn one. */
export const AreaReference = Type.Union([
  Type.Object({ table: Type.String(), id: Type.String() }, { additionalProperties: false }),
  DrawnReference,
]);
export type AreaReference = Static<typeof AreaReference>;

/** One asking about one area: what travels in the start, finish and compute jobs. */
export const Request = Type.Object({
  operation: Type.String(),
  /**
   * What is computed, where that is not the operation of this name just as it stands in the
   * catalog.
   */
  definition: Type.Optional(Definition),
  area: AreaReference,
  coverage: Type.Enum(['centre', 'touched', 'fraction']),
  /** Lines that came with the request. */
  lines: Type.Optional(DrawnReference),
});
export type Request = Static<typeof Request>;

const Question = Type.Omit(Request, ['area']);
/** What is asked about an area. */
export type Question = Static<typeof Question>;

/**
 * Many requests, of which each names an area and a question by their places here: so each of these
 * is told once.
 */
const Crossed = Type.Object({
  areas: Type.Array(AreaReference),
  questions: Type.Array(Question),
  /** Of each request; absent: every question about the first area, then about the next. */
  pairs: Type.Optional(Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]))),
});
type Crossed = Static<typeof Crossed>;

/**
 * Several at once: each has a key and a cached result of its own, and together they are computed in
 * one pass over the tiles.
 */
export const ManyRequest = Type.Object({
  /** The process that was asked. */
  operation: Type.String(),
  members: Type.Union([Type.Array(Request), Crossed]),
});
export type ManyRequest = Static<typeof ManyRequest>;

export const AnyRequest = Type.Union([Request, ManyRequest]);
export type AnyRequest = Static<typeof AnyRequest>;

/** One by one what is asked. */
export function membersOf(request: AnyRequest): readonly Request[] {
  if (!('members' in request)) return [request];
  return Array.isArray(request.members) ? request.members : uncrossed(request.members);
}

/** So few are told one by one. */
const mostTold = 16;

/**
 * A request for several: of all `pairs` of an area and a question, by their places in the lists, or
 * of every question about every area.
 */
export function manyOf(operation: string, crossed: Crossed): ManyRequest {
  const { areas, questions, pairs } = crossed;
  const members = pairs?.length ?? areas.length * questions.length;
  return { operation, members: members <= mostTold ? uncrossed(crossed) : crossed };
}

/** The same of requests. */
export function manyOfAll(operation: string, requests: readonly Request[]): ManyRequest {
  const [areas, questions] = [places<AreaReference>(), places<Question>()];
  const pairs = requests.map(({ area, ...question }): [number, number] => [areas.of(area), questions.of(question)]);
  return manyOf(operation, { areas: areas.all, questions: questions.all, pairs });
}

function uncrossed({ areas, questions, pairs }: Crossed): Request[] {
  const one = (area: number, question: number) => ({ ...questions[question], area: areas[area] }) as Request;
  if (pairs) return pairs.map(([area, question]) => one(area, question));
  return areas.flatMap((_, area) => questions.map((_question, question) => one(area, question)));
}

/** Places of values in a list that has each once. */
function places<Value>() {
  const [all, byText]: [Value[], Map<string, number>] = [[], new Map()];
  const of = (value: Value): number => {
    const text = JSON.stringify(value);
    const known = byText.get(text) ?? all.push(value) - 1;
    byText.set(text, known);
    return known;
  };
  return { all, of };
}
