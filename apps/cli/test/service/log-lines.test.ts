import { logLines } from '../../src/service/log-lines.ts';

/** A reader with room for so many bytes, that takes everything in between. */
function reader() {
  let text = '';
  const state = { room: Number.POSITIVE_INFINITY, code: 'EAGAIN', writes: 0, sleeps: 0, onSleep: () => {} };
  const lines = logLines(
    (bytes) => {
      state.writes += 1;
      if (state.room === 0) throw Object.assign(new Error('no room'), { code: state.code });
      const taken = bytes.subarray(0, state.room);
      state.room -= taken.length;
      text += Buffer.from(taken).toString('latin1');
      return taken.length;
    },
    () => {
      state.sleeps += 1;
      state.onSleep();
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

it('whoever is more than 16 MiB ahead of the reader waits for it', () => {
  const { lines, state, text } = reader();
  lines.lastLevel = 40;
  state.room = 0;
  const mebibyte = 'x'.repeat(2 ** 20);
  for (let n = 0; n < 16; n++) lines.write(mebibyte);
  expect(state.sleeps).toBe(0);
  state.onSleep = () => {
    state.room = 100;
  };
  lines.write('last\n');
  expect([state.sleeps, text().length]).toEqual([1, 100]);
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
