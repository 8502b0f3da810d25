import type { AnyRequest, AreaReference, CrossedRequests, ManyRequest, Question, Request } from '@cellshed/contracts';

/** The requests that a request consists of. */
export function membersOf(request: AnyRequest): readonly Request[] {
  if (!('members' in request)) return [request];
  return Array.isArray(request.members) ? request.members : uncrossed(request.members);
}

/** The most members that a request for several lists one by one. */
const mostListed = 16;

/**
 * A request for several: for all `pairs` of an area and a question, by their places in the lists,
 * or for every question about every area.
 */
export function manyOf(operation: string, crossed: CrossedRequests): ManyRequest {
  const { areas, questions, pairs } = crossed;
  const members = pairs?.length ?? areas.length * questions.length;
  return { operation, members: members <= mostListed ? uncrossed(crossed) : crossed };
}

/** A request for several that are given one by one. */
export function manyOfAll(operation: string, requests: readonly Request[]): ManyRequest {
  const [areas, questions] = [places<AreaReference>(), places<Question>()];
  const pairs = requests.map(({ area, ...question }): [number, number] => [areas.of(area), questions.of(question)]);
  return manyOf(operation, { areas: areas.all, questions: questions.all, pairs });
}

function uncrossed({ areas, questions, pairs }: CrossedRequests): Request[] {
  const one = (area: number, question: number) => ({ ...questions[question], area: areas[area] }) as Request;
  if (pairs) return pairs.map(([area, question]) => one(area, question));
  return areas.flatMap((_, area) => questions.map((_question, question) => one(area, question)));
}

/** A list that has each value once, and the places of values in it. */
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
