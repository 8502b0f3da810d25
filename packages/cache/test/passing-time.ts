import { jest } from '@jest/globals';
import { hour } from './store-fixture.ts';

/**
 * Lets time pass only when the test says so, for timers; what is read from sockets and disks goes
 * on.
 */
export function stopTime(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
}

export function letTimePass(milliseconds: number): void {
  jest.advanceTimersByTime(milliseconds);
}

/** Time passes by itself again. */
export function freeTime(): void {
  jest.useRealTimers();
}

let times = 0;

/**
 * A time limit that nobody else has: calls that may take equally long share a timer, which may be
 * of another time.
 */
export function ownTime(): number {
  times += 1;
  return hour + times;
}

/** The outcome of a promise that waits for timers. */
export async function whileTimePasses<T>(promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  promise.then(over, over);
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    letTimePass(2 * hour);
  }
  return promise;
}
