import { randomUUID } from 'node:crypto';
import type { FinishInput } from './finish.ts';
import { jobOptions, type Queues } from './queues.ts';
import type { AnyRequest } from './request.ts';

/**
 * A new request's id, which is its finish job's: a random UUID, so whoever knows it may read the
 * result.
 */
export function newRequestId(): string {
  return randomUUID();
}

/**
 * Enqueues a request as a flow: parent `finish`, which keeps how it wants to be answered, and child
 * `start`.
 */
export async function submit(
  queues: Queues,
  id: string,
  { answer, ...request }: AnyRequest & Pick<FinishInput, 'answer'>,
): Promise<void> {
  const options = { ...jobOptions(queues.retentionSeconds), jobId: id };
  await queues.flows.add({
    name: 'finish',
    queueName: 'finish',
    prefix: queues.prefix,
    data: { ...request, ...(answer && { answer }) },
    opts: options,
    children: [
      {
        name: 'start',
        queueName: 'start',
        prefix: queues.prefix,
        data: request,
        opts: { ...options, failParentOnFailure: true },
      },
    ],
  });
}
