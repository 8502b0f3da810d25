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

/** Enters a request, with what was drawn for it and, where that is not as by default, how it wants to be answered. */
export type Submit = (id: string, placed: Placed, answer?: AnswerForm) => Promise<void>;

/** So many geometries are on their way at once: all of them would hold the event loop up. */
const atOnce = 64;

export function submitter(queues: Queues, scratch: Pick<Scratch, 'ofRequest'>): Submit {
  return async (id, placed, answer) => {
    const own = scratch.ofRequest(id);
    const { areas, lines } = placed.drawn;
    const drawn = [
      ...Array.from(areas, ([name, bytes]) => [areaPath(name), bytes] as const),
      ...Array.from(lines, ([name, bytes]) => [linesPath(name), bytes] as const),
    ];
    for (let at = 0; at < drawn.length; at += atOnce)
      await Promise.all(drawn.slice(at, at + atOnce).map(([path, bytes]) => own.set(path, bytes)));
    await submit(queues, id, { ...requestOf(placed), ...(answer && { answer }) });
  };
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
