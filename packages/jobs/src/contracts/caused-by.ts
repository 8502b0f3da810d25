import { isRequestId, RequestId } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';

/**
 * The member of a job's data that names the HTTP request that caused the job. Absent: a command
 * did, or a gateway of an older version.
 */
export const CausedBy = Type.Object({ requestId: Type.Optional(RequestId) });
export type CausedBy = Static<typeof CausedBy>;

/** That member alone, of the data of any job. What is no id of a request is left out. */
export function causedBy(data: unknown): CausedBy {
  const { requestId } = (data ?? {}) as { readonly requestId?: unknown };
  return isRequestId(requestId) ? { requestId } : {};
}
