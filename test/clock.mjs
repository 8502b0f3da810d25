// Loaded before a process of a test begins (`node --import`): its clock is off by the number of
// milliseconds in the file CLOCK_FILE, which the test may change.
import { readFileSync } from 'node:fs';

const real = Date.now;
let [offset, readAt] = [0, -Infinity];

function offsetNow() {
  if (performance.now() - readAt < 100) return offset;
  readAt = performance.now();
  offset = Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) || 0;
  return offset;
}

Date.now = () => real() + offsetNow();
globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [target.now()], made),
});
