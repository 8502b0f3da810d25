import type { ResultCache } from '@catchment/cache';
import { membersOf, packedIfLarge, type StartProcessor } from '@catchment/jobs';
import { type Identity, isRefusal, type Operations } from '@catchment/operations';

export interface StartDependencies {
  readonly operations: Pick<Operations, 'identifyAll'>;
  readonly results: Pick<ResultCache, 'ticket'>;
}

/**
 * Answers `start`: the key of what is asked, and a ticket for the cached value where there is one.
 */
export function startProcessor({ operations, results }: StartDependencies): StartProcessor {
  return async (request) => {
    const identified = await operations.identifyAll(membersOf(request));
    if (isRefusal(identified)) return { outcome: 'refused', problem: identified.problem };
    const tickets = await Promise.all(identified.map(({ key }) => results.ticket(key)));
    const members = identified.map(({ key }, i) => ({ key, ...(tickets[i] && { ticket: tickets[i] }) }));
    if ('members' in request) return { outcome: 'many', members: packedIfLarge(members) };
    const [{ key }, [ticket]] = [identified[0] as Identity, tickets];
    return ticket ? { outcome: 'hit', key, ticket } : { outcome: 'miss', key };
  };
}
