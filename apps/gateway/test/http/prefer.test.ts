import { parsePrefer, preferencesApplied, secondsToWait } from '../../src/http/prefer.ts';

const wait = (header: string | undefined, syncByDefault: boolean) =>
  secondsToWait(parsePrefer(header), { syncByDefault, limitSeconds: 60 });

it.each([
  // header, seconds where the process is asynchronous by default, and where it is synchronous
  [undefined, 0, 60],
  ['', 0, 60],
  ['respond-async', 0, 0],
  ['Respond-Async', 0, 0],
  ['respond-async, wait=5', 5, 5],
  ['wait=5;respond-async', 5, 5],
  ['wait = "7"', 7, 7],
  ['wait=0', 0, 0],
  ['wait=100', 60, 60],
  ['wait=5, wait=9', 5, 5],
  ['wait=soon', 0, 60],
  ['await=5', 0, 60],
  ['wait=-5', 0, 60],
  ['respond-sync', 60, 60],
  ['return=minimal', 0, 60],
])(
  'Prefer: %s waits %d s where a process is asynchronous, %d s where it is not',
  (header, asynchronous, synchronous) => {
    expect([wait(header, false), wait(header, true)]).toEqual([asynchronous, synchronous]);
  },
);

it.each([
  ['respond-async', 0, false, 'respond-async'],
  ['respond-async, wait=5', 5, false, 'respond-async, wait=5'],
  ['respond-async, wait=5', 5, true, 'wait=5'],
  ['wait=100', 60, true, 'wait=60'],
  ['wait=0', 0, false, undefined],
  ['respond-sync', 60, true, 'respond-sync'],
  ['respond-sync', 60, false, undefined],
  [undefined, 60, true, undefined],
])('of Prefer: %s, after %d s and ended %s, %s was applied', (header, waited, ended, applied) => {
  expect(preferencesApplied(parsePrefer(header), { waited, ended })).toBe(applied);
});
