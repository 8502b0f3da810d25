import { startChild } from './children.ts';

const child = startChild([process.execPath, '-e', 'setInterval(() => {}, 60_000)'], { stdio: 'ignore' });

// A hook that fails makes the tests of its file fail.
afterAll(() => expect([child.exitCode, child.signalCode]).toEqual([null, null]));

it('a process is left for the hooks of its file to end', () => {
  expect(child.pid).toBeGreaterThan(0);
});
