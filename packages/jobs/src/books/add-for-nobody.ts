import { type CausedBy, causedBy } from '../contracts/caused-by.ts';
import type { BackgroundReason, ComputeInput, Identified } from '../contracts/compute.ts';
import type { Outcome } from '../contracts/outcome.ts';
import { packedIfLarge } from '../contracts/packed.ts';
import { optionsOf } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { backgroundPriority } from '../turns.ts';
import { hastenById } from './hasten.ts';

export interface Begun {
  readonly computation: string;
  readonly computable: Pick<ComputeInput, 'request'> & { readonly members: readonly Identified[] };
  readonly reason: BackgroundReason;
  readonly cause?: CausedBy;
  /** Is called before the job is added. */
  readonly prepare?: ((computation: string) => Promise<void>) | undefined;
}

/** How computations end and are raised. */
interface BegunBooks {
  end(computation: string, outcome: Outcome): Promise<boolean>;
  raisedTo(computation: string): Promise<number | undefined>;
}

/**
 * Adds the job of a computation that was begun for nobody, behind everything that people wait for.
 */
export async function addForNobody(
  queues: Queues,
  { end, raisedTo }: BegunBooks,
  { computation, computable: { request, members }, reason, prepare, cause = {} }: Begun,
): Promise<void> {
  try {
    await prepare?.(computation);
    const input = { ...causedBy(cause), request, members: packedIfLarge([...members]), for: reason };
    const options = { ...optionsOf('compute', backgroundPriority), jobId: computation };
    // There may be a hundred thousand of them. The caller receives the end, and finds the
    // result in the cache.
    await queues.count.add('compute', input, { ...options, removeOnComplete: true });
  } catch (error) {
    // Others that ask for the same need not wait until it is taken for lost.
    await end(computation, { outcome: 'cancelled' });
    throw error;
  }
  // A request that joined before could not raise a job that was not added yet.
  const turn = await raisedTo(computation);
  if (turn !== undefined) await hastenById(queues, computation, turn);
}
