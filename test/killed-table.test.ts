import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeConstantRaster } from './constant-raster.ts';
import { catchmentCommand, runCatchment } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-killed-table-'));
const file = (name: string) => join(folder, name);
const [across, down] = [32, 20];

beforeAll(() => {
  const a = { across: 6, down: 6, originX: -30_015, originY: 1_500_015, value: 1 };
  writeConstantRaster(file('a.tif'), a);
  writeConstantRaster(file('b.tif'), { ...a, across: 3, value: 2 });
  const features = Array.from({ length: across * down }, (_, n) => square(n));
  writeFileSync(file('squares.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    file('catalog.yaml'),
    'rasters: { a: { url: a.tif, legend: { 1: One } }, b: { url: b.tif } }\n' +
      'operations: { ab: { type: groupedCount, rasters: [a, b] }, a: { type: groupedCount, rasters: [a] } }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function square(n: number) {
  const [x, y] = [-96.4 + (n % across) * 0.04, 35.7 + Math.floor(n / across) * 0.03];
  const ring = [
    [x, y],
    [x + 0.038, y],
    [x + 0.03, y + 0.027],
    [x, y + 0.029],
    [x, y],
  ];
  return { type: 'Feature', properties: { id: n }, geometry: { type: 'Polygon', coordinates: [ring] } };
}

const tabling = (out: string) => {
  const from = ['table', file('squares.geojson'), 'ab', 'a', '--catalog', file('catalog.yaml'), '--threads', '1'];
  return [...from, '--out', file(out), '--json'];
};

/** The results that are on disk; a table that is whole leaves none. */
function resultsOf(out: string): number {
  try {
    return JSON.parse(readFileSync(file(`${out}.results.progress`), 'utf8')).lines;
  } catch {
    return 0;
  }
}

/** Kills the command when more results are on disk than before, unless it has ended. */
async function kill(out: string) {
  const before = resultsOf(out);
  const [program = '', ...args] = catchmentCommand(tabling(out));
  const child = spawn(program, args, { env: { ...process.env, NODE_OPTIONS: '' }, stdio: 'ignore' });
  const ended = once(child, 'close');
  const untilMore = async () => {
    for await (const _change of watch(folder)) if (resultsOf(out) > before) return;
  };
  await Promise.race([untilMore(), ended]);
  child.kill('SIGKILL');
  await ended;
  return { signal: child.signalCode, before, results: resultsOf(out), isThere: existsSync(file(out)) };
}

/** Kills it twice; begins anew where a table was whole before it was killed. */
async function killTwice(out: string) {
  for (;;) {
    for (const name of [out, `${out}.results`, `${out}.results.progress`]) rmSync(file(name), { force: true });
    const met = [await kill(out), await kill(out)];
    if (met.every(({ isThere }) => !isThere)) return met;
  }
}

it('a table whose command is killed midway is gone on with, to the same bytes', async () => {
  for (const { signal, before, results } of await killTwice('killed.csv')) {
    expect(signal).toBe('SIGKILL');
    expect(results).toBeGreaterThan(before);
    expect(results).toBeLessThan(2 * across * down);
  }
  const last = await runCatchment(tabling('killed.csv'));
  const summary = { outcome: 'done', results: 2 * across * down, failed: 0 };
  expect([last.code, JSON.parse(last.out)]).toMatchObject([0, summary]);
  const whole = await runCatchment(tabling('whole.csv'));
  expect(whole.code).toBe(0);
  expect(readFileSync(file('killed.csv'), 'utf8')).toBe(readFileSync(file('whole.csv'), 'utf8'));
  for (const left of ['part', 'results', 'results.progress'])
    expect(existsSync(file(`killed.csv.${left}`))).toBe(false);
});
