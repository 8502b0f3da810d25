import fc from 'fast-check';
import { barLine, progressBar } from '../../src/text/progress-bar.ts';

const state = { noun: 'areas', before: 0, done: 250, planned: 1000, elapsedMilliseconds: 10_000, width: 80 };

it('a line tells share, areas done, rate and time left', () => {
  expect(barLine(state)).toBe(`${'█'.repeat(10)}${'░'.repeat(29)} 25% | 250/1,000 areas | 25/s | 30s left`);
  expect(barLine({ ...state, elapsedMilliseconds: 100_001 })).toMatch(/ 2\.5\/s \| 5m 1s left$/);
});

it('the rate is that of this run: what was done before does not count', () => {
  expect(barLine({ ...state, before: 200 })).toMatch(/ 25% \| 250\/1,000 areas \| 5\/s \| 2m 30s left$/);
});

it('before anything is done nothing is said of rate and time', () => {
  expect(barLine({ ...state, before: 250 })).toMatch(/ 25% \| 250\/1,000 areas$/);
  expect(barLine({ ...state, elapsedMilliseconds: 0 })).toMatch(/ 25% \| 250\/1,000 areas$/);
});

it('in 60 columns the bar is shorter and the figures are whole', () => {
  const line = barLine({ ...state, done: 12_345, planned: 100_412, elapsedMilliseconds: 3_600_000, width: 60 });
  expect(line).toBe('█░░░░░░░░░░ 12% | 12,345/100,412 areas | 3.4/s | 7h 8m left');
});

it('a line is always shorter than the terminal is wide, so that it never wraps', () => {
  const count = fc.integer({ min: 0, max: 1e9 });
  fc.assert(
    fc.property(count, count, count, fc.integer({ min: 1, max: 300 }), (done, more, elapsedMilliseconds, width) => {
      const line = barLine({ noun: 'areas', before: 0, done, planned: done + more + 1, elapsedMilliseconds, width });
      expect(line.length).toBeLessThan(width);
      expect(line).toMatch(/^[ -~█░]*$/);
    }),
  );
});

/** A terminal that remembers what is written to it. */
function terminal(options: { isTTY: boolean; columns?: number }) {
  let written = '';
  const write = (text: string) => {
    written += text;
    return true;
  };
  return { stream: { ...options, write } as unknown as NodeJS.WriteStream, written: () => written };
}

it('a line that is said stands for itself, and the bar goes on beneath it', () => {
  const { stream, written } = terminal({ isTTY: true, columns: 60 });
  const bar = progressBar('areas', stream);
  bar.say('before');
  bar.update(1, 10);
  bar.say('in between');
  bar.update(2, 10);
  bar.stop();
  const lines = written()
    .split(/[\n\r]|\x1b(?:\[[\d?]*\w|\d)/)
    .filter(Boolean);
  expect(lines.filter((line) => !line.includes('areas'))).toEqual(['before', 'in between']);
  expect(lines.at(-1)).toContain('2/10 areas');
  const plain = terminal({ isTTY: false });
  progressBar('areas', plain.stream).say('heard');
  expect(plain.written()).toBe('heard\n');
});

it('where stderr is no terminal nothing is written', () => {
  const { stream, written } = terminal({ isTTY: false });
  const bar = progressBar('areas', stream);
  bar.update(1, 10);
  bar.update(10, 10);
  bar.stop();
  expect(written()).toBe('');
});

it('a bar that is stopped leaves an empty line, the cursor and wrapping as they were', () => {
  const { stream, written } = terminal({ isTTY: true, columns: 60 });
  const bar = progressBar('areas', stream);
  bar.update(3, 10);
  bar.stop();
  const shown = written().indexOf('30% | 3/10 areas');
  expect(shown).toBeGreaterThan(0);
  const after = written().slice(shown);
  for (const [hidden, back] of [
    ['\x1b[?25l', '\x1b[?25h'],
    ['\x1b[?7l', '\x1b[?7h'],
  ] as const) {
    expect(written().indexOf(hidden)).toBeGreaterThanOrEqual(0);
    expect(after.lastIndexOf(back)).toBeGreaterThan(after.lastIndexOf(hidden));
  }
  expect(after.endsWith('\x1b[2K')).toBe(true);
  expect(written()).not.toContain('\n');
});

it('a bar that was never begun is stopped without a trace', () => {
  const { stream, written } = terminal({ isTTY: true, columns: 60 });
  progressBar('areas', stream).stop();
  progressBar('areas', stream).update(0, 0);
  expect(written()).toBe('');
});
