import fc from 'fast-check';
import { cutRuns, forEachSampleRun, type SampleRuns } from '../../src/tables/sample-runs.ts';

const rasters = [
  { words: new Uint8Array(0), origin: 5, stride: 100 },
  { words: new Uint8Array(0), origin: -3, stride: 70 },
];

/** Runs with so many cells, each in its own row. */
function runsOf(lengths: readonly number[]): SampleRuns {
  const runs = lengths.flatMap((length, row) => [row, 2 * row, 2 * row + length]);
  return { runs: Int32Array.from(runs), cells: lengths.reduce((sum, length) => sum + length, 0), rasters };
}

it('runs are cut after the first by which there are enough cells', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), fc.nat(100), (lengths, least) => {
      let end = 0;
      while (end < lengths.length && runsOf(lengths.slice(0, end)).cells < least) end++;
      const all = runsOf(lengths);
      const [first, others] = cutRuns(all, least);
      expect(first).toEqual(runsOf(lengths.slice(0, end)));
      expect([...first.runs, ...others.runs]).toEqual([...all.runs]);
      expect(first.cells + others.cells).toBe(all.cells);
    }),
  );
});

it('each run is shown with where its first sample is in each raster', () => {
  const shown: number[][] = [];
  forEachSampleRun(runsOf([4, 9]), (from, length) => shown.push([...from, length]));
  expect(shown).toEqual([
    [5, -3, 4],
    [5 + 100 + 2, -3 + 70 + 2, 9],
  ]);
});
