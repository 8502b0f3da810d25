import { type Entered, seldom, type Waiting } from '@cellshed/jobs';
import { recentlyUsed } from '@cellshed/recent';
import { ProblemError } from '../problems/problem-error.ts';

/** The ways to ask, which are counted by themselves. */
export type Door = 'api' | 'dropIn';

/** A request that may wait. */
export interface Admitted {
  /** The priority of its jobs. */
  readonly turn: number;
  /** The name under which it is counted; undefined: it is not. */
  readonly waitsAs: string | undefined;
}

/** Lets as many requests wait as the limits allow. */
export interface Admission {
  /**
   * Counts a request among those that wait. Throws a ProblemError if they are too many: of the
   * client 429, of all 503. Whoever may do everything has no limit.
   */
  admit(request: string, client: string | undefined, door: Door): Promise<Admitted>;
  /**
   * Throws what `admit` would, before the body of a request is read. It looks only if a request of
   * the client was refused lately.
   */
  refuseEarly(client: string | undefined, door: Door): Promise<void>;
  /** Takes back an admission: the request was not added to the queue. */
  takeBack(request: string, admitted: Admitted): Promise<void>;
}

/** The most requests that wait, by the names of the settings; 0: no limit. */
export type WaitingLimits = Readonly<
  Record<'WAITING_LIMIT' | 'CLIENT_WAITING_LIMIT' | 'DROP_IN_WAITING_LIMIT', number>
>;

export interface AdmissionOptions {
  readonly waiting: Waiting;
  readonly limits: WaitingLimits;
  /** Receives a sentence for the operator when a limit refuses requests, once a minute. */
  readonly warn: (message: string) => void;
  /** Milliseconds of a clock that never jumps. */
  readonly clock?: () => number;
}

const doors = {
  api: { prefix: '', limit: 'CLIENT_WAITING_LIMIT' },
  dropIn: { prefix: 'drop-in-', limit: 'DROP_IN_WAITING_LIMIT' },
} as const;

/** The time after which a client whose requests wait should ask again. */
const retryAfterSeconds = 5;

/** The time for which a client that was refused is looked at first. */
const refusedMilliseconds = 10_000;
const mostRefused = 10_000;

export function openAdmission(options: AdmissionOptions): Admission {
  const { waiting, limits, warn, clock = () => performance.now() } = options;
  /** When requests were refused, by the names under which clients are counted. */
  const refused = recentlyUsed<number>({ limit: mostRefused });
  const warnSeldom = seldom(({ message }) => warn(message));
  const takeBack: Admission['takeBack'] = async (request, { waitsAs }) => {
    if (waitsAs !== undefined) await waiting.leave(waitsAs, request);
  };
  return {
    admit: async (request, client, door) => {
      const waitsAs = nameOf(client, door);
      const entered = await waiting.enter(waitsAs, request);
      const admitted = { turn: entered.turn, waitsAs };
      const refusal = refusalOf(entered, door);
      if (waitsAs === undefined || !refusal) return admitted;
      await takeBack(request, admitted);
      refuse(waitsAs, refusal);
    },
    refuseEarly: async (client, door) => {
      const waitsAs = nameOf(client, door);
      if (waitsAs === undefined || ![waitsAs, everybody].some(wasRefused)) return;
      const refusal = refusalOf(await waiting.standing(waitsAs), door);
      if (refusal) refuse(waitsAs, refusal);
    },
    takeBack,
  };

  function refuse(waitsAs: string, { problem, setting }: Refusal): never {
    warnSeldom(new Error(`${problem.message} (${setting})`));
    refused.set(setting === 'WAITING_LIMIT' ? everybody : waitsAs, clock());
    throw problem;
  }

  function wasRefused(name: string): boolean {
    const at = refused.get(name);
    return at !== undefined && clock() - at <= refusedMilliseconds;
  }

  function nameOf(client: string | undefined, door: Door): string | undefined {
    return client === undefined ? undefined : `${doors[door].prefix}${client}`;
  }

  function refusalOf({ ofClient, ofAll }: Pick<Entered, 'ofClient' | 'ofAll'>, door: Door): Refusal | undefined {
    const { limit: setting } = doors[door];
    if (isOver(ofClient, limits[setting])) {
      const problem = `${figure(limits[setting])} requests of this client wait for their results, as many as may: ask again later`;
      return { setting, problem: new ProblemError(429, problem, 'about:blank', { retryAfterSeconds }) };
    }
    if (!isOver(ofAll, limits.WAITING_LIMIT)) return undefined;
    const problem = `${figure(limits.WAITING_LIMIT)} requests wait for their results, as many as may: ask again later`;
    return { setting: 'WAITING_LIMIT', problem: new ProblemError(503, problem) };
  }
}

/** The name of all clients together. */
const everybody = '';

interface Refusal {
  readonly problem: ProblemError;
  /** The setting that is its limit. */
  readonly setting: keyof WaitingLimits;
}

function isOver(count: number, limit: number): boolean {
  return limit > 0 && count > limit;
}

function figure(count: number): string {
  return count.toLocaleString('en');
}
