import type { ResultCache } from '@cellshed/cache';
import { isRefusal, type Request, refusalText } from '@cellshed/contracts';
import { copyDrawn, type Found, membersOf, type Scratch, type StartProcessor } from '@cellshed/jobs';
import type { Operations } from '@cellshed/operations';
import type { KnownAnswers } from './known-answers.ts';

export interface StartDependencies {
  readonly operations: Pick<Operations, 'identifyAll'>;
  readonly results: Pick<ResultCache, 'ticket'>;
  readonly scratch: Pick<Scratch, 'ofRequest' | 'ofComputation'>;
  readonly knownAnswers: Pick<KnownAnswers, 'keep'>;
  /** Hears of what is asked for. */
  readonly onAsked: (requests: readonly Request[]) => void;
}

/**
 * Does `start`: finds the key of each member of a request, and a ticket for the cached value if
 * there is one.
 */
export function startProcessor({
  operations,
  results,
  scratch,
  knownAnswers,
  onAsked,
}: StartDependencies): StartProcessor {
  return {
    find: async (input) => {
      const { request } = input;
      const requests = membersOf(request);
      const identified = await operations.identifyAll(requests);
      if (isRefusal(identified)) return { refused: refusalText(identified) };
      onAsked(requests);
      const tickets = await Promise.all(identified.map(({ key }) => results.ticket(key)));
      const members = identified.map((one, i): Found => ({ ...one, ...(tickets[i] && { ticket: tickets[i] }) }));
      return { members: 'members' in request ? await knownAnswers.keep(input, request, members) : members };
    },
    share: async (request, computation, computable) => {
      const [own, shared] = [scratch.ofRequest(request), scratch.ofComputation(computation)];
      await copyDrawn(membersOf(computable.request), own, shared);
    },
  };
}
