import type { AnyRequest, Request } from '@cellshed/contracts';
import {
  areaPath,
  type CausedBy,
  causedBy,
  type FinishInput,
  linesPath,
  manyOf,
  membersOf,
  namesPath,
  type Queues,
  type Scratch,
  submit,
} from '@cellshed/jobs';

import type { Admission, Admitted, Door } from '../access/admission.ts';
import type { Placed } from './find-areas.ts';

/**
 * Adds a request to the queue, with its drawn geometries, the client that asks, and the form of the
 * answer unless that is the default. Throws a ProblemError if too many requests wait.
 */
export type Submit = (id: string, placed: Placed, asking: Asking) => Promise<void>;

interface Asking extends CausedBy {
  readonly answer?: FinishInput['answer'] | undefined;
  readonly client: string | undefined;
  /** The way by which the request came. */
  readonly door: Door;
}

/**
 * The limits of geometries that are stored at once: each is hashed first, so all at once would hold
 * up the event loop.
 */
const [mostAtOnce, mostBytesAtOnce] = [64, 250_000];

export interface Submitting {
  readonly queues: Queues;
  readonly scratch: Pick<Scratch, 'ofRequest'>;
  readonly admission: Pick<Admission, 'admit' | 'takeBack'>;
}

export function submitter({ queues, scratch, admission }: Submitting): Submit {
  return async (id, placed, { door, ...asking }) => {
    const admitted = await admission.admit(id, asking.client, door);
    try {
      await add(id, placed, { ...asking, ...admitted });
    } catch (error) {
      // The queue may be away; the keeper takes it out later.
      await admission.takeBack(id, admitted).catch(() => undefined);
      throw error;
    }
  };

  async function add(id: string, placed: Placed, asking: Omit<Asking, 'door'> & Admitted): Promise<void> {
    const { answer, client, waitsAs, turn } = asking;
    const own = scratch.ofRequest(id);
    const { areas, lines } = placed.drawn;
    const { names } = placed;
    const drawn = [
      ...Array.from(areas, ([name, bytes]) => [areaPath(name), bytes] as const),
      ...Array.from(lines, ([name, bytes]) => [linesPath(name), bytes] as const),
      ...(names ? [[namesPath, Buffer.from(JSON.stringify(names))] as const] : []),
    ];
    for (const some of inTurn(drawn)) await Promise.all(some.map(([path, bytes]) => own.set(path, bytes)));
    await submit(queues, id, {
      ...requestOf(placed),
      ...(answer && { answer }),
      ...(client !== undefined && { client }),
      ...(waitsAs !== undefined && { waitsAs }),
      ...causedBy(asking),
      turn,
    });
  }
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

/** Makes the request from the content of a body. */
export function requestOf({ process, isMany, areas, questions, pairs }: Placed): AnyRequest {
  const request = manyOf(process, {
    areas: [...areas],
    questions: [...questions],
    ...(pairs && { pairs: [...pairs] }),
  });
  return isMany ? request : (membersOf(request)[0] as Request);
}
