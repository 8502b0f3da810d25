import { type Found, type Search, search } from './search.ts';
import type { Fault, Mutation, Way } from './state.ts';

const quiet = { faults: [], mostFaults: 0 } as const;
const one: Way = { requests: { r1: ['a'] }, ...quiet };
const two: Way = { requests: { r1: ['a'], r2: ['a'] }, ...quiet };
const sharing: Way = { requests: { r1: ['a', 'b'], r2: ['b', 'c'] }, ...quiet };
const withFaults = (way: Way, mostFaults: number, ...faults: Fault[]): Way => ({ ...way, faults, mostFaults });

/** A failure shows the shortest trace to it. */
function holds(way: Way, how?: Search): void {
  const { broken, states } = search(way, how);
  expect(broken).toBeUndefined();
  expect(states).toBeGreaterThan(10);
}

const byWorkAlone: Search = { endingBy: ['work'] };

describe('without a fault all ends right, once, and without the safety net', () => {
  it.each<[string, Way]>([
    ['two requests for one key, dismissed at any moment', { ...two, dismissals: true }],
    ['two requests that share one of their members', sharing],
    ['a request and a background computation', { ...one, background: 'warm', dismissals: true }],
    ['a request that is dismissed, and a refresh', { ...one, background: 'refresh', dismissals: true }],
    ['two requests for a large area', { ...two, isLarge: true }],
  ])('%s', (_title, way) => {
    holds(way, byWorkAlone);
  });
});

describe('after one fault all ends right, and is counted again only if a count was lost', () => {
  it.each<[Fault]>([
    ['kill'],
    ['remove'],
    ['evict'],
    ['replace'],
    ['break'],
    ['empty'],
    ['lose books'],
    ['lose jobs'],
    ['lose message'],
  ])('of two requests for one key: %s', (fault) => {
    holds(withFaults(two, 1, fault));
  });

  it.each<[string, Way]>([
    [
      'a request that is dismissed, and a worker that stands still',
      withFaults({ ...one, dismissals: true }, 1, 'freeze'),
    ],
    [
      'a large area',
      withFaults({ ...one, isLarge: true, dismissals: true }, 1, 'kill', 'remove', 'evict', 'replace', 'break'),
    ],
    [
      'a background computation that is removed',
      withFaults({ ...one, background: 'warm', dismissals: true }, 1, 'remove'),
    ],
    ['a background computation that is killed', withFaults({ ...one, background: 'warm' }, 1, 'kill')],
    ['a refresh', withFaults({ ...one, background: 'refresh' }, 1, 'evict', 'replace', 'lose message')],
    ['requests that share a member', withFaults(sharing, 1, 'lose message', 'break')],
  ])('%s', (_title, way) => {
    holds(way);
  });
});

describe('after two faults all ends right', () => {
  it.each<[string, Way]>([
    [
      'a request that is dismissed at any moment',
      withFaults(
        { ...one, dismissals: true },
        2,
        'kill',
        'remove',
        'evict',
        'replace',
        'break',
        'retry',
        'lose message',
      ),
    ],
    ['jobs that may not lose a worker', withFaults({ ...one, mostStalls: 0 }, 2, 'kill', 'retry', 'remove')],
    ['a worker that stands still', withFaults(one, 2, 'freeze', 'break')],
    ['two requests, a failure and its retry', withFaults(two, 2, 'break', 'retry')],
  ])('%s', (_title, way) => {
    holds(way);
  });
});

describe('the search finds what is wrong with', () => {
  interface Wrong {
    readonly mutation: Mutation;
    readonly way: Way;
    readonly how?: Search;
    readonly property: string;
    /** The last step of the shortest trace. */
    readonly last: string;
  }

  const never = 'P1, P3: from here it never ends';
  const wrong: Wrong[] = [
    {
      mutation: 'end does not check',
      way: { ...one, dismissals: true },
      property: 'P5: c-r1.1 held nothing, and its end had an effect',
      last: 'c-r1.1: end',
    },
    { mutation: 'no look after parking', way: two, how: byWorkAlone, property: never, last: 'c-r1.1: wake' },
    {
      mutation: 'leave removes the computation of its owner',
      way: { ...two, dismissals: true },
      property: 'P4: the dismissal of r1 stopped c-r1.1',
      last: 'r1 is dismissed',
    },
    {
      mutation: 'begin does not check the job of a holder',
      way: withFaults(one, 1, 'remove'),
      property: never,
      last: 'FAULT remove: finish r1',
    },
    {
      mutation: 'no safety net',
      way: withFaults(two, 1, 'lose message'),
      property: never,
      last: 'FAULT lose message: c-r1.1 wakes nobody',
    },
    { mutation: 'no keeper', way: withFaults(one, 2, 'freeze', 'break'), property: never, last: 'c-r1.1: complete' },
    {
      mutation: 'finish does not wait for late children',
      way: withFaults(one, 2, 'remove', 'kill'),
      property: 'P2: a@1 was counted 2 times',
      last: 'c-r1.2: count',
    },
    {
      mutation: 'ids are a counter, and answers are not checked',
      way: withFaults({ ...one, requests: { r1: ['a'], r2: ['b'] } }, 1, 'empty'),
      property: 'P1: r2 ended as "a@1"',
      last: 'finish r2: complete',
    },
    {
      mutation: 'the last one that leaves cancels nothing',
      way: { ...one, dismissals: true },
      property: 'P4: the dismissal of r1 did not stop c-r1.1',
      last: 'r1 is dismissed',
    },
    {
      mutation: 'leave cancels what is computed for nobody',
      way: { ...one, background: 'warm', dismissals: true },
      property: 'P4: the dismissal of r1 stopped c-nobody.1',
      last: 'r1 is dismissed',
    },
    {
      mutation: 'end before the cache is written',
      way: two,
      property: 'P2: a@1 was counted 2 times',
      last: 'c-r2.1: count',
    },
    {
      mutation: 'start adds a job that begin has seen',
      way: withFaults(one, 2, 'kill', 'break'),
      how: byWorkAlone,
      property: never,
      last: 'c-r1.1: complete',
    },
    {
      mutation: 'a retry repeats the failure',
      way: withFaults(one, 2, 'break', 'retry'),
      property: 'P1: r1 ended as "failed: broken"',
      last: 'finish r1: complete',
    },
    {
      mutation: 'no version is checked after counting',
      way: withFaults(one, 1, 'replace'),
      property: 'P1: a@2 is cached as a@1',
      last: 'c-r1.1: store',
    },
    {
      mutation: 'end returns the first of those that wait',
      way: two,
      how: byWorkAlone,
      property: never,
      last: 'start r2.1 (without its lock): look',
    },
  ];
  it.each(wrong)('$mutation', ({ mutation, way, how, property, last }) => {
    const { broken }: Found = search({ ...way, mutation }, how);
    expect(broken?.property).toBe(property);
    // The whole trace is shown if its end is another one.
    expect(broken?.trace).toEqual(expect.arrayContaining([last]));
    expect(broken?.trace.at(-1)).toBe(last);
  });
});
