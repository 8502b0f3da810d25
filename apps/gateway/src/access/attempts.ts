import { recentlyUsed } from '@cellshed/recent';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem.ts';
import { networkOf } from './network-of.ts';

/** The failures in a row that are let happen: people mistype. */
const mostAtOnce = 10;
/** The time after which an address may fail once more. */
const millisecondsEach = 6000;
/** The addresses that are remembered: those that failed last. */
const mostAddresses = 10_000;

/** Slows down clients that guess passwords, tokens and keys. */
export interface Attempts {
  /**
   * Admits a request that passes `isRight`. Throws a ProblemError for others: 401, which is logged;
   * or 429, without looking at what was sent, after too many failures from the same address.
   */
  attempt(attempt: Attempt): Promise<void>;
}

export interface Attempt {
  readonly request: Pick<FastifyRequest, 'ip' | 'log'>;
  readonly reply: Pick<FastifyReply, 'header'>;
  /** The sentence that a client gets when the secret is wrong. */
  readonly wrong: string;
  readonly isRight: () => boolean;
}

/**
 * The failures of each address are forgotten one after the other, by the clock in milliseconds. No
 * success clears an address at once: a client with one right password could go on guessing another.
 */
export function openAttempts(clock: () => number = Date.now): Attempts & { readonly addresses: number } {
  /**
   * The time when all failures of an address will be forgotten; the address that failed last comes
   * last.
   */
  const cleanAt = recentlyUsed<number>({ limit: mostAddresses });
  return {
    async attempt({ request, reply, wrong, isRight }) {
      const now = clock();
      const address = networkOf(request.ip);
      const before = Math.max(now, cleanAt.peek(address) ?? 0);
      const waitMilliseconds = before + millisecondsEach - mostAtOnce * millisecondsEach - now;
      if (waitMilliseconds > 0) {
        reply.header('retry-after', Math.ceil(waitMilliseconds / 1000));
        throw new ProblemError(429, 'too many failed attempts came from this address; expected a pause');
      }
      if (isRight()) return;
      cleanAt.set(address, before + millisecondsEach);
      request.log.warn({ address: request.ip }, `authentication failed: ${wrong}, from ${request.ip}`);
      throw new ProblemError(401, wrong);
    },
    get addresses() {
      return cleanAt.count;
    },
  };
}
