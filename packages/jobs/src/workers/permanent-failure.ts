import { readFailure } from '@cellshed/telling';
import { UnrecoverableError } from 'bullmq';

/** An error of a processor that no retry can cure. The message reaches the client. */
export class PermanentFailure extends UnrecoverableError {
  get publicMessage(): string | undefined {
    return this.message;
  }
}

/** Thrown for a job whose data in Redis beside the queue were lost. */
export class DataLost extends PermanentFailure {}

/**
 * A failure that was logged where it happened, or that somebody wanted, and so need not be reported
 * again. If it is another job's reason, as it crossed the queue, clients receive its public part.
 */
export class KnownFailure extends PermanentFailure {
  override get publicMessage(): string | undefined {
    return readFailure(this.message).told;
  }
}
