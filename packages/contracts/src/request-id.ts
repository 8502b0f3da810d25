import Type, { type Static } from 'typebox';

const pattern = '^[A-Za-z0-9._-]{1,64}$';

/** The id of an HTTP request, under which the log has all that was done for it. */
export const RequestId = Type.String({ pattern });
export type RequestId = Static<typeof RequestId>;

const form = new RegExp(pattern);

/** Whether a value, which a client may have sent, has the form of the id of a request. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' && form.test(value);
}
