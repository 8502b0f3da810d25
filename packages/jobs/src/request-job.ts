import type { FinishInput, FinishResult } from './contracts/finish.ts';

/** The job that represents a request. */
export interface RequestJob {
  readonly id?: string;
  readonly timestamp: number;
  readonly processedOn?: number;
  readonly finishedOn?: number;
  readonly failedReason?: string;
  readonly returnvalue: FinishResult | null;
  readonly data: Pick<FinishInput, 'operation' | 'answer'>;
}
