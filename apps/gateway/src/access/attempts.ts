import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.ts';
import { networkOf } from './network-of.ts';

/** So many failures in a row are let happen, as people mistype. */
const mostAtOnce = 10;
/** After how long an address may fail once more. */
const millisecondsEach = 6000;
/** Those that have failed last are remembered. */
const mostAddresses = 10_000;

/** Slows down who guesses passwords, tokens and keys. */
export interface Attempts {
  /**
   * Lets through who passes `isRight`. Throws a ProblemError for others: 401, which is logged, or
   * 429, without any look at what was sent, when too many came from the same address before.
   */
  attempt(attempt: Attempt): Promise<void>;
}

export interface Attempt {
  readonly request: Pick<FastifyRequest, 'ip' | 'log'>;
  readonly reply: Pick<FastifyReply, 'header'>;
  /** What is told when it is wrong: a sentence. */
  readonly wrong: string;
  readonly isRight: () => boolean;
}

/**
 * Failures of each address are forgotten one after the other, by the clock in milliseconds. Nothing
 * makes an address clean at once: who has one right password could go on guessing another.
 */
export function openAttempts(clock: () => number = Date.now): Attempts & { readonly addresses: number } {
  /** When all failures of an address will be forgotten; who has failed last comes last. */
  const cleanAt = new Map<string, number>();
  return {
    async attempt({ request, reply, wrong, isRight }) {
      const now = clock();
      const address = networkOf(request.ip);
      const before = Math.max(now, cleanAt.get(address) ?? 0);
      const waitMilliseconds = before + millisecondsEach - mostAtOnce * millisecondsEach - now;
      if (waitMilliseconds > 0) {
        reply.header('retry-after', Math.ceil(waitMilliseconds / 1000));
        throw new ProblemError(429, 'too many failed attempts came from this address; expected a pause');
      }
      if (isRight()) return;
      cleanAt.delete(address);
      cleanAt.set(address, before + millisecondsEach);
      const [oldest] = cleanAt.keys();
      if (cleanAt.size > mostAddresses && oldest !== undefined) cleanAt.delete(oldest);
      request.log.warn({ address: request.ip }, `authentication failed: ${wrong}, from ${request.ip}`);
      throw new ProblemError(401, wrong);
    },
    get addresses() {
      return cleanAt.size;
    },
  };
}
