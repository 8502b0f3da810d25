import {
  type AnswerForm,
  type AnyRequest,
  areaPath,
  linesPath,
  manyOf,
  membersOf,
  type Queues,
  type Request,
  type Scratch,
  submit,
} from '@catchment/jobs';
import type { Placed } from './place-areas.ts';

/**
 * Enters a request, with what was drawn for it and, where that is not as by default, how it wants
 * to be answered.
 */
export type Submit = (id: string, placed: Placed, answer?: AnswerForm) => Promise<void>;

/**
 * Geometries that are on their way at once: all of them would hold the event loop up, as each is
 * hashed before it leaves.
 */
const [mostAtOnce, mostBytesAtOnce] = [64, 250_000];

export function submitter(queues: Queues, scratch: Pick<Scratch, 'ofRequest'>): Submit {
  return async (id, placed, answer) => {
    const own = scratch.ofRequest(id);
    const { areas, lines } = placed.drawn;
    const drawn = [
      ...Array.from(areas, ([name, bytes]) => [areaPath(name), bytes] as const),
      ...Array.from(lines, ([name, bytes]) => [linesPath(name), bytes] as const),
    ];
    for (const some of inTurn(drawn)) await Promise.all(some.map(([path, bytes]) => own.set(path, bytes)));
    await submit(queues, id, { ...requestOf(placed), ...(answer && { answer }) });
  };
}

type Drawn = readonly [path: string, bytes: Uint8Array];

function* inTurn(drawn: readonly Drawn[]): Iterable<readonly Drawn[]> {
  let [some, size]: [Drawn[], number] = [[], 0];
  for (const one of drawn) {
    const [, { length }] = one;
    if (some.length === mostAtOnce || (some.length > 0 && size + length > mostBytesAtOnce)) {
      yield some;
      [some, size] = [[], 0];
    }
    some.push(one);
    size += length;
  }
  if (some.length > 0) yield some;
}

/** The request that is made of what a body asks. */
export function requestOf({ process, isMany, areas, questions, pairs }: Placed): AnyRequest {
  const request = manyOf(process, {
    areas: [...areas],
    questions: [...questions],
    ...(pairs && { pairs: [...pairs] }),
  });
  return isMany ? request : (membersOf(request)[0] as Request);
}
