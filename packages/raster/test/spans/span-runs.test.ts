import { forEachRun } from '../../src/spans/span-runs.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { spansOfPicture } from '../pictures.ts';

describe('cells in part', () => {
  it('come one by one with their parts, between runs of whole ones', () => {
    const spans = {
      ...spansOfPicture(['######', '.####.']),
      shares: {
        rowStarts: Uint32Array.of(0, 3, 4),
        columns: Int32Array.of(0, 2, 5, 4),
        parts: Uint32Array.of(1, 2, 3, 4),
      },
    };
    const runs: number[][] = [];
    const window = { firstRow: 0, endRow: 2, firstColumn: 1, endColumn: 6 };
    forEachRun(spans, window, (...run) => runs.push(run));
    expect(runs).toEqual([
      [0, 1, 2, wholeCell],
      [0, 2, 3, 2],
      [0, 3, 5, wholeCell],
      [0, 5, 6, 3],
      [1, 1, 4, wholeCell],
      [1, 4, 5, 4],
    ]);
  });
});
