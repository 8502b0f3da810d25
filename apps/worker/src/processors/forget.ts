import type { AnyRequest } from '@cellshed/contracts';
import { drawnPaths, type FinishInput, membersOf, type Plan, type Scratch } from '@cellshed/jobs';

export interface ForgetDependencies {
  readonly scratch: Pick<Scratch, 'ofRequest' | 'ofComputation'>;
  /** Receives the error if a job cache cannot be emptied. */
  readonly onError: (error: Error) => void;
}

export type Forget = ReturnType<typeof openForget>;

/** Empties the job caches of what has ended. What stays expires later; no result depends on it. */
export function openForget({ scratch, onError }: ForgetDependencies) {
  return {
    /** A request leaves what was drawn, its names, and one for several its cached answers. */
    request: async (id: string, request: AnyRequest & Pick<FinishInput, 'answer'>): Promise<void> => {
      if (!('members' in request) && !isDrawn(request) && !request.answer?.named) return;
      await scratch.ofRequest(id).clear().catch(onError);
    },
    /** A computation leaves what was drawn, and one that was cut into batches their parts. */
    computation: async (id: string, request: AnyRequest, plan?: Plan): Promise<void> => {
      if (plan === undefined && !isDrawn(request)) return;
      await scratch.ofComputation(id).clear().catch(onError);
    },
  };
}

function isDrawn(request: AnyRequest): boolean {
  return drawnPaths(membersOf(request)).length > 0;
}
