import fc from 'fast-check';
import { logLines } from '../src/log-lines.ts';
import { openLog } from '../src/open-log.ts';

/** A reader with room for so many bytes, that takes everything in between. */
function reader() {
  let text = '';
  const state = { room: Number.POSITIVE_INFINITY, code: 'EAGAIN', writes: 0, sleeps: 0 };
  const lines = logLines(
    (bytes) => {
      state.writes += 1;
      if (state.room === 0) throw Object.assign(new Error('no room'), { code: state.code });
      const taken = bytes.subarray(0, state.room);
      state.room -= taken.length;
      text += Buffer.from(taken).toString('latin1');
      return taken.length;
    },
    (leftOut) => `${JSON.stringify({ leftOut })}\n`,
    () => {
      state.sleeps += 1;
    },
  );
  return { lines, state, text: () => text };
}

const info = (n: number) => `{"line":${n}}\n`;
const all = (count: number) => Array.from({ length: count }, (_, n) => info(n)).join('');

it('lines are written together, before the end at the latest, and warnings at once with what came before', () => {
  const { lines, state, text } = reader();
  for (let n = 0; n < 3; n++) lines.write(info(n));
  expect(text()).toBe('');
  lines.lastLevel = 40;
  lines.write(info(3));
  expect([text(), state.writes]).toEqual([all(4), 1]);
  lines.lastLevel = 30;
  lines.write(info(4));
  lines.end();
  expect([text(), state.writes]).toEqual([all(5), 2]);
});

it('a reader that is slow gets every line once and in order, and nobody waits for it', () => {
  const { lines, state, text } = reader();
  lines.lastLevel = 40;
  for (let n = 0; n < 2000; n++) {
    state.room = n % 7 === 0 ? 31 : 0;
    lines.write(info(n));
  }
  expect(all(2000).startsWith(text())).toBe(true);
  expect(state.sleeps).toBe(0);
  state.room = Number.POSITIVE_INFINITY;
  lines.end();
  expect(text()).toBe(all(2000));
});

const mebibyte = 2 ** 20;

it('more than 16 MiB ahead of the reader, lines are left out, nobody waits, and one line says how many', () => {
  const { lines, state, text } = reader();
  lines.lastLevel = 40;
  state.room = 0;
  const long = `${'x'.repeat(mebibyte - 1)}\n`;
  for (let n = 0; n < 16; n++) lines.write(long);
  for (let n = 0; n < 5; n++) {
    lines.lastLevel = n % 4 === 0 ? 40 : 30;
    lines.write(info(n));
  }
  expect(state.sleeps).toBe(0);
  state.room = 100;
  lines.write(info(5));
  state.room = Number.POSITIVE_INFINITY;
  lines.write(info(6));
  lines.end();
  const end = [info(0), '{"leftOut":4}\n', info(5), info(6)].join('');
  expect(text().slice(16 * mebibyte)).toBe(end);
  expect(text().startsWith(long.repeat(16))).toBe(true);
});

it('a reader that comes back without new lines is told of those left out', () => {
  const { lines, state, text } = reader();
  lines.lastLevel = 40;
  state.room = 0;
  lines.write(`${'x'.repeat(16 * mebibyte)}\n`);
  lines.write(info(0));
  state.room = Number.POSITIVE_INFINITY;
  lines.end();
  expect(text().slice(16 * mebibyte)).toBe('\n{"leftOut":1}\n');
});

it('whatever a reader takes, every line comes whole and in order, or is counted where it is left out', () => {
  const step = fc.record({
    length: fc.constantFrom(10, 10, 3 * mebibyte),
    room: fc.constantFrom(0, 0, 0, 7, 4 * mebibyte),
    lastLevel: fc.constantFrom(30, 40),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
      const { lines, state, text } = reader();
      for (const [n, { length, room, lastLevel }] of steps.entries()) {
        state.room = room;
        lines.lastLevel = lastLevel;
        lines.write(`${JSON.stringify({ n, rest: 'x'.repeat(length) })}\n`);
      }
      state.room = Number.POSITIVE_INFINITY;
      lines.end();
      let next = 0;
      for (const line of text().split('\n').slice(0, -1)) {
        const { n, leftOut } = JSON.parse(line);
        if (leftOut === undefined) expect(n).toBe(next);
        next += leftOut ?? 1;
      }
      expect(next).toBe(steps.length);
      const sum = steps.reduce((all, { length }) => all + length + 100, 0);
      if (sum < 16 * mebibyte) expect(text()).not.toContain('leftOut');
      expect(state.sleeps).toBe(0);
    }),
    { numRuns: 10 },
  );
});

it('the line about those left out has the form of the others', () => {
  let room = 0;
  let text = '';
  const write = (bytes: Uint8Array) => {
    if (room === 0) throw Object.assign(new Error('no room'), { code: 'EAGAIN' });
    text += Buffer.from(bytes).toString();
    return bytes.length;
  };
  const log = openLog({ level: 'error', app: 'worker', secrets: [], write });
  log.error('x'.repeat(16 * mebibyte));
  log.error('lost');
  room = 1;
  log.error('last');
  const [, gap, last] = text.split('\n', 3).map((line) => JSON.parse(line));
  expect(last).toMatchObject({ level: 50, msg: 'last' });
  expect(gap).toEqual({
    ...{ level: 40, time: expect.any(Number), pid: last.pid, hostname: last.hostname, app: 'worker', leftOut: 1 },
    msg: 'lines of the log are left out here, as nobody read it: 1',
  });
});

it('at the end a reader that takes nothing is waited for a second, and one that is gone not at all', () => {
  const { lines, state, text } = reader();
  state.room = 0;
  lines.write(info(0));
  lines.end();
  expect(state.sleeps).toBe(50);
  const gone = reader();
  gone.state.room = 0;
  gone.state.code = 'EPIPE';
  gone.lines.write(info(0));
  gone.lines.end();
  gone.lines.write(info(1));
  gone.lines.end();
  expect([gone.state.sleeps, gone.state.writes, text()]).toEqual([0, 1, '']);
});

it('after lines that a full disk did not take, later ones are written', () => {
  const { lines, state, text } = reader();
  state.room = 0;
  state.code = 'ENOSPC';
  lines.lastLevel = 40;
  lines.write(info(0));
  state.room = 100;
  lines.write(info(1));
  expect(text()).toBe(info(1));
});
