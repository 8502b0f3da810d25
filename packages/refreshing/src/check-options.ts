import {
  expected,
  expectFunction,
  expectFunctionsOf,
  expectIfAny,
  expectMembers,
  expectNumber,
  expectObject,
  expectText,
  inWords,
  isPlainObject,
} from '@cellshed/expected';
import type { ReadOptions, TaskOptions } from './read-options.ts';

const known = [
  ...['name', 'fetch', 'fetchMany', 'lifetimeMilliseconds', 'lifetimeOf', 'ttlMilliseconds', 'fetchOnMiss'],
  ...['fetchOnStaleThresholdMilliseconds', 'fetchOnStale', 'staleIfErrorMilliseconds', 'refreshTimeoutMilliseconds'],
  ...['waitMilliseconds', 'earlyRefresh', 'empty', 'processResult', 'key', 'tags', 'taskOptions', 'schemaVersion'],
  'codec',
];

const longest = 30 * 24 * 3_600_000;
const mostPriority = 2 ** 21;
const longestTag = 500;

/** Throws a `RangeError` or `TypeError` that names the option, its value and what was expected. */
export function checkOptions<Args extends readonly unknown[], Value, Result>(
  options: ReadOptions<Args, Value, Result>,
): void {
  expectObject('the options of a read', options);
  checkName('name of a read', options.name);
  const { name } = options;
  const of = (member: string) => `${member} of the read ${name}`;
  // One that is misspelt would be passed over.
  expectMembers(`the read ${name}`, options, known);
  expectFunction(of('fetch'), options.fetch);
  for (const member of ['fetchMany', 'lifetimeOf', 'fetchOnStale', 'empty', 'processResult', 'key'] as const) {
    expectIfAny(of(member), options[member], expectFunction);
  }
  expectIfAny(of('codec'), options.codec, (what, codec) => expectFunctionsOf(what, codec, ['encode', 'decode']));
  checkTimes(options, of);
  checkDecisions(options, of);
}

type Options = ReadOptions<never, unknown, unknown>;

function checkTimes<Args extends readonly unknown[], Value, Result>(
  options: ReadOptions<Args, Value, Result>,
  of: (member: string) => string,
): void {
  const { lifetimeMilliseconds = 0, ttlMilliseconds = longest } = options as Options;
  const { fetchOnStaleThresholdMilliseconds: threshold, staleIfErrorMilliseconds: staleIfError } = options;
  const { refreshTimeoutMilliseconds: timeout, waitMilliseconds: wait, schemaVersion } = options;
  expectIfAny(of('fetchOnStaleThresholdMilliseconds'), threshold, expectMilliseconds);
  expectIfAny(of('staleIfErrorMilliseconds'), staleIfError, expectMilliseconds);
  expectIfAny(of('ttlMilliseconds'), ttlMilliseconds, within({ above: 0, expected: 'more than 0 milliseconds' }));
  if (typeof lifetimeMilliseconds !== 'function') {
    const most = `at most ttlMilliseconds, which is ${ttlMilliseconds}`;
    expectMilliseconds(of('lifetimeMilliseconds'), lifetimeMilliseconds);
    within({ most: ttlMilliseconds, expected: most })(of('lifetimeMilliseconds'), lifetimeMilliseconds);
  }
  const bounded = { most: longest, expected: `more than 0, at most ${longest}` };
  expectIfAny(of('refreshTimeoutMilliseconds'), timeout, within({ ...bounded, above: 0 }));
  expectIfAny(of('waitMilliseconds'), wait, within({ least: 0, most: longest, expected: `0 to ${longest}` }));
  const version = { least: 0, most: 0xffffffff, whole: true, expected: 'an integer from 0 to 4294967295' };
  expectIfAny(of('schemaVersion'), schemaVersion, within(version));
}

function checkDecisions<Args extends readonly unknown[], Value, Result>(
  { fetchOnMiss = true, earlyRefresh, empty }: ReadOptions<Args, Value, Result>,
  of: (member: string) => string,
): void {
  if (typeof fetchOnMiss !== 'function') {
    expected(of('fetchOnMiss'), fetchOnMiss, [typeof fetchOnMiss === 'boolean', 'true, false or a function']);
  }
  if (earlyRefresh !== undefined) {
    expectObject(of('earlyRefresh'), earlyRefresh);
    within({ least: 0, most: Number.MAX_VALUE, expected: '0 or more' })(of('earlyRefresh.beta'), earlyRefresh.beta);
  }
  if (fetchOnMiss !== true && empty === undefined) {
    throw new RangeError(`${of('empty')} is missing, expected a function, as fetchOnMiss is not true`);
  }
}

function expectMilliseconds(what: string, value: unknown): void {
  within({ least: 0, expected: '0 or more milliseconds' })(what, value);
}

interface Limits {
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
  readonly expected: string;
}

function within({ above = -Infinity, least = -Infinity, most = Infinity, whole = false, expected: wanted }: Limits) {
  return (what: string, value: unknown): void => {
    expectNumber(what, value);
    if (value > above && value >= least && value <= most && (!whole || Number.isInteger(value))) return;
    throw new RangeError(`${what} is ${value}, expected ${wanted}`);
  };
}

/** Finds the problem of a lifetime, to be put after the option's name; undefined: there is none. */
export function lifetimeProblem(lifetime: unknown, { mayBeNotKept }: { mayBeNotKept: boolean }): string | undefined {
  if (mayBeNotKept && lifetime === 'do not keep') return undefined;
  if (typeof lifetime === 'number' && lifetime >= 0) return undefined;
  const shown = typeof lifetime === 'number' ? lifetime : inWords(lifetime);
  return `is ${shown}, expected 0 or more milliseconds${mayBeNotKept ? " or 'do not keep'" : ''}`;
}

/** The tags of a value, each once, ascending. Throws as above. */
export function checkTags(name: string, tags: unknown): readonly string[] {
  expected(`tags of the read ${name}`, tags, [Array.isArray(tags), 'a list of texts']);
  return [...new Set((tags as readonly unknown[]).map((tag) => checkTag(`a tag of the read ${name}`, tag)))].sort();
}

export function checkTag(what: string, tag: unknown): string {
  expectText(what, tag);
  if (tag !== '' && tag.length <= longestTag && tag.isWellFormed() && !tag.includes('\0')) return tag;
  throw new RangeError(
    `${what} is ${inWords(tag)}, expected 1 to ${longestTag} characters, well-formed and without NUL`,
  );
}

/** The same for how a refresh is queued. */
export function checkTaskOptions(name: string, options: unknown): TaskOptions {
  expected(`taskOptions of the read ${name}`, options, [isPlainObject(options), 'an object of options']);
  const { priority, delay, attempts } = options as TaskOptions;
  const of = (member: string) => `taskOptions.${member} of the read ${name}`;
  const levels = { least: 0, most: mostPriority, whole: true, expected: `a whole number from 0 to ${mostPriority}` };
  expectIfAny(of('priority'), priority, within(levels));
  expectIfAny(of('delay'), delay, within({ least: 0, most: longest, expected: `0 to ${longest} milliseconds` }));
  expectIfAny(of('attempts'), attempts, within({ least: 1, whole: true, expected: 'a whole number from 1' }));
  return options as TaskOptions;
}

/** Throws a `RangeError` for a name that keys cannot contain as it is. */
export function checkName(what: string, name: unknown): asserts name is string {
  expectText(what, name);
  if (/^[\w.-]{1,200}$/.test(name)) return;
  const wanted = '1 to 200 letters, digits, dots, underscores and hyphens';
  throw new RangeError(`${what} is ${JSON.stringify(name)}, expected ${wanted}`);
}
