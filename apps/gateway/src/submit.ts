import { areaPath, type FinishInput, linesPath, type Queues, type Scratch, submit } from '@catchment/jobs';
import type { DrawnGeometries } from './asked.ts';

/** Enters a request, with what was drawn for it. */
export type Submit = (id: string, input: FinishInput, drawn: DrawnGeometries) => Promise<void>;

export function submitter(queues: Queues, scratch: Pick<Scratch, 'ofRequest'>): Submit {
  return async (id, input, { areas, lines }) => {
    const own = scratch.ofRequest(id);
    await Promise.all([
      ...Array.from(areas, ([name, bytes]) => own.set(areaPath(name), bytes)),
      ...Array.from(lines, ([name, bytes]) => own.set(linesPath(name), bytes)),
    ]);
    await submit(queues, id, input);
  };
}
