/** The key that a request asks for. An operator may replace the version of each. */
export type Subject = 'a' | 'b' | 'c';
/** A subject at a version, `a@1`: the name of one result. Its value is written like its key. */
export type Key = string;

/** The outcome of a computation for a key: its value, `superseded`, or `failed: REASON`. */
export type Outcome = string;

/** A job of BullMQ. */
export interface Job {
  readonly kind: 'start' | 'finish' | 'compute' | 'count' | 'background';
  /** The request, or the computation. */
  readonly of: string;
  readonly parent?: string;
  state: 'waiting' | 'active' | 'delayed' | 'waiting-children' | 'done' | 'failed';
  /** The children that have not ended. */
  pending: string[];
  /** The results of children, also of those that were removed. */
  results: Record<string, Result>;
  /** The place of its worker; absent unless it is active. */
  run?: Run;
  /** Present when its worker was killed: the lock expires, and another one takes the job. */
  dead?: true;
  stalls: number;
  result?: Result;
}

export interface Result {
  failed?: string;
  /** The result of a start job: the keys, the cached ones, and the computations of others. */
  keys?: Key[];
  hits?: Key[];
  waits?: string[];
  /** The result of a finish job: the answer, or `dismissed`. */
  answer?: string;
}

/** The place of a worker in its processor, and the variables of the processor. */
export interface Run {
  at: string;
  result?: Result;
  keys?: Key[];
  misses?: Key[];
  joined?: string[];
  yours?: string;
  outcomes?: Record<Key, Outcome>;
  counting?: Key[];
  wake?: string[];
}

/** A worker that no longer holds the lock of its job, and has not noticed or has still to look. */
export interface Loose extends Pick<Job, 'kind' | 'of'> {
  readonly id: string;
  readonly run: Run;
}

/** The hash `computation:<id>`. */
export interface Computation {
  readonly owner: string;
  readonly keys: Key[];
  waiters: string[];
  nobody?: true;
}

/** The hash `request:<id>`. */
export interface RequestRecord {
  round: number;
  /** The first round since the request was submitted, or since an operator's last retry. */
  base: number;
  /** The round that failed. */
  failed?: number;
  /** The identity in this round. */
  keys?: Key[];
  waits: string[];
  dismissed?: true;
}

/** No process sees this: it is kept for the properties. */
export interface Ghost {
  /** The counts of each key. */
  counted: Record<Key, number>;
  /** Whether something has happened after which a key may be counted again. */
  excused: boolean;
  /** The faults so far. */
  faults: number;
  /** The causes of failure that each request has met since it was submitted or retried. */
  happened: Record<string, string[]>;
  /** The versions when each request was submitted. */
  from: Record<string, Record<string, number>>;
  /** The property that the last step has broken. */
  broken?: string;
}

export interface State {
  jobs: Record<string, Job>;
  loose: Loose[];
  computation: Record<string, Computation>;
  computing: Record<Key, string>;
  ended: Record<string, Record<Key, Outcome>>;
  request: Record<string, RequestRecord>;
  cache: Record<Key, string>;
  versions: Record<string, number>;
  /** The number of ids that each owner has made: they stand for UUIDs. */
  made: Record<string, number>;
  ghost: Ghost;
}

/** A wrong change of the way, which the search must find. */
export type Mutation =
  | 'end does not check'
  | 'no look after parking'
  | 'leave removes the computation of its owner'
  | 'begin does not check the job of a holder'
  | 'no safety net'
  | 'no keeper'
  | 'finish does not wait for late children'
  | 'ids are a counter, and answers are not checked'
  | 'the last one that leaves cancels nothing'
  | 'leave cancels what is computed for nobody'
  | 'end before the cache is written'
  | 'start adds a job that begin has seen'
  | 'a retry repeats the failure'
  | 'no version is checked after counting'
  | 'end returns the first of those that wait';

export type Fault =
  | 'kill'
  | 'freeze'
  | 'remove'
  | 'evict'
  | 'replace'
  | 'break'
  | 'retry'
  | 'empty'
  | 'lose books'
  | 'lose jobs'
  | 'lose message';

/** A configuration of the model. */
export interface Way {
  readonly requests: Readonly<Record<string, readonly Subject[]>>;
  /** Whether a computation for nobody is wanted, too: if missing, or in any case. */
  readonly background?: 'warm' | 'refresh';
  readonly isLarge?: boolean;
  /** The most times that a job may lose its worker. */
  readonly mostStalls?: number;
  readonly dismissals?: boolean;
  readonly faults: readonly Fault[];
  readonly mostFaults: number;
  readonly mutation?: Mutation;
}

/** One atomic step of the system, or of the world around it. */
export interface Step {
  readonly label: string;
  /** `work` is done by the system itself, `wake` by its safety net. */
  readonly kind: 'work' | 'wake' | 'client' | 'fault';
  /** The computation that the script `end` is called for. */
  readonly ends?: string;
  /** The request that is dismissed. */
  readonly leaves?: string;
  /** Changes the state. */
  readonly apply: (state: State) => void;
}

export function firstState(way: Way): State {
  const subjects = [...new Set(Object.values(way.requests).flat())];
  const background: Job = { kind: 'background', of: 'nobody', state: 'waiting', pending: [], results: {}, stalls: 0 };
  return {
    jobs: way.background ? { background } : {},
    loose: [],
    computation: {},
    computing: {},
    ended: {},
    request: {},
    cache: way.background === 'refresh' ? { 'a@1': 'a@1' } : {},
    versions: Object.fromEntries(subjects.map((subject) => [subject, 1])),
    made: {},
    ghost: { counted: {}, excused: false, faults: 0, happened: {}, from: {} },
  };
}

export const keyOf = ({ versions }: State, subject: string): Key => `${subject}@${versions[subject]}`;

/** Whether the raster of a key was not replaced. */
export const isCurrent = (state: State, key: Key): boolean => keyOf(state, key.slice(0, 1)) === key;

/** The job that a request waits with in its present round. */
export const startOf = (state: State, request: string): string => `start ${request}.${state.request[request]?.round}`;
export const finishOf = (request: string): string => `finish ${request}`;

/** Adds to a set, which is a sorted array, so that equal sets are equal texts. */
export function include(set: string[], item: string): void {
  if (set.includes(item)) return;
  set.push(item);
  set.sort();
}

export const without = (set: readonly string[], item: string): string[] => set.filter((other) => other !== item);
