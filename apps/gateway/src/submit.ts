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

export function submitter(queues: Queues, scratch: Pick<Scratch, 'ofRequest'>): Submit {
  return async (id, placed, answer) => {
    const own = scratch.ofRequest(id);
    const { areas, lines } = placed.drawn;
    await Promise.all([
      ...Array.from(areas, ([name, bytes]) => own.set(areaPath(name), bytes)),
      ...Array.from(lines, ([name, bytes]) => own.set(linesPath(name), bytes)),
    ]);
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
