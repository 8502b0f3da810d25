import { errorsIn } from '@cellshed/telling';

const silent = /Command timed out|Socket timeout/i;
const unreachable =
  /enableOfflineQueue|Connection is closed|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH|max retries per request|Cluster redirections|Cluster isn't ready|slots cache|startup nodes|sentinels are unreachable|\bconnect\b/i;
const refused = /^(OOM|LOADING|READONLY|MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN) /;
const readOnly = /^READONLY |-READONLY /;

/**
 * A sentence for clients, if an error means that the queues' Redis can accept or answer nothing
 * now, whatever the request.
 */
export function unavailability(error: unknown): string | undefined {
  const messages = messagesOf(error);
  const says = (pattern: RegExp) => messages.some((message) => pattern.test(message));
  if (says(/^OOM /)) return 'the queue is full: its Redis has reached maxmemory';
  if (says(readOnly)) return 'the queue takes no writes: its Redis is a read-only replica';
  if (says(silent)) return 'the queue cannot be reached: its Redis is silent';
  return says(refused) || says(unreachable) ? 'the queue cannot be reached' : undefined;
}

/**
 * Whether Redis refused a command only for now: it is full, starts, or is being replaced by another
 * one.
 */
export function isRefusedForNow(error: unknown): boolean {
  return messagesOf(error).some((message) => refused.test(message) || readOnly.test(message));
}

/**
 * The messages of an error and of those that led to it. A refused MULTI says only that it was
 * refused; its commands give the reason.
 */
function messagesOf(error: unknown): string[] {
  return error instanceof Error ? errorsIn(error).map(({ message }) => message) : [String(error)];
}
