import { type MeasuredForScale, scaleOn, scalePage } from '../scale-page.ts';

const measured: MeasuredForScale = {
  sweep: { cells: 5e8, megacellsPerCoreSecond: 170, peakMebibytes: 200, fileBytes: 1e8, documentBytes: 3000 },
  workers: { timesAsFast: 1.6 },
  cache: { redisBytesBesideValue: 300, redisWritesPerSecond: 20_000 },
  warm: { areasPerSecond: 500 },
};
const results = Object.entries(measured).map(([name, figures]) => ({
  name,
  day: '2026-11-21',
  machine: {},
  findings: { tables: [], figures },
}));

it('one core counts as fast as was measured', () => {
  expect(scaleOn(1, measured)).toEqual({
    cores: 1,
    countSeconds: 100,
    queueSeconds: 200,
    mebibytes: 200,
    megabitsPerSecond: (8 * 3.4e9) / 100 / 1e6,
  });
});

it('more cores each lose what the second of two lost, and the queue gains nothing', () => {
  const { countSeconds, queueSeconds, mebibytes } = scaleOn(64, measured);
  expect(countSeconds).toBeCloseTo(100 / (64 * 0.8));
  expect(queueSeconds).toBe(200);
  expect(mebibytes).toBe(64 * 200);
});

it('two workers that were measured as more than twice as fast as one are taken as twice', () => {
  expect(scaleOn(8, { ...measured, workers: { timesAsFast: 2.3 } }).countSeconds).toBeCloseTo(100 / 8);
});

it('the page has a column for each number of cores, and what Redis keeps', () => {
  const page = scalePage(results) as string;
  expect(page).toMatch(/\| counting +\| 1\.67 min +\| 15\.6 s +\| 1\.95 s +\|/);
  expect(page).toMatch(/longer of the two +\| 3\.33 min +\| 3\.33 min +\| 3\.33 min +\|/);
  expect(page).toContain('**Redis** keeps 330 MB for one operation (3,300 bytes for each area)');
  expect(page).not.toMatch(/NaN|undefined/);
});

it('there is no page as long as something was not measured', () => {
  expect(scalePage(results.slice(1))).toBeUndefined();
});
