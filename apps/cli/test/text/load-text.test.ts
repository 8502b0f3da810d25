import { loadText } from '../../src/text/load-text.ts';

it('the summary of a loading is told in lines in which nothing of the file can reach the terminal as it is', () => {
  const summary = {
    ...{
      outcome: 'stopped' as const,
      file: 'r.jsonl',
      dryRun: false,
      loaded: 1232,
      alreadyThere: 2,
      alreadyThereOtherwise: 2,
    },
    ...{ refused: 12, broken: 1, brokenLines: [{ line: 7, problem: 'is not JSON (\x1b[2J)' }] },
    refusals: [{ reason: 'raster soil is another', lines: 12, firstLines: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }],
  };
  expect(loadText(summary, 'redis://localhost')).toBe(
    [
      'Stopped in the middle of r.jsonl: the same command goes on with the rest.',
      '1,232 results loaded into redis://localhost',
      '2 already there, 2 of them with another value (--overwrite replaces it)',
      '12 refused:',
      '  raster soil is another: 12 lines (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …)',
      '1 broken line:',
      '  line 7 is not JSON (\uFFFD[2J)',
    ].join('\n'),
  );
});
