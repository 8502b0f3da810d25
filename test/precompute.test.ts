import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeConstantRaster } from './constant-raster.ts';
import {
  catchmentCommand,
  gatewayReady,
  type Running,
  runCatchment,
  runIntoFullDisk,
  startCatchment,
  workerReady,
} from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-precompute-'));
const file = (name: string) => join(folder, name);
const catalog = file('catalog.yaml');
/** Raster b lies on a half of a, so that results have several groups. */
const a = { across: 6, down: 6, originX: -30_015, originY: 1_500_015, value: 1 };
const b = { ...a, across: 3, value: 2 };
const across = 50;
const down = 30;

let queue: PrivateRedis;
let cache: PrivateRedis;
const running: Running[] = [];

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), a);
  writeConstantRaster(file('b.tif'), b);
  const squares = Array.from({ length: across * down }, (_, n) => square(n));
  writeTable('squares.geojson', squares);
  const wrong = {
    ...square(7),
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    },
  };
  writeTable('some.geojson', [...squares.slice(0, 7), wrong, ...squares.slice(8, 10)]);
  writeCatalog('2019');
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  await startServing();
});

async function startServing(): Promise<void> {
  const env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: catalog,
    PORT: '0',
    COUNT_THREADS: '1',
  };
  const started = [startCatchment(['gateway'], env, gatewayReady), startCatchment(['worker'], env, workerReady)];
  running.splice(0, running.length, ...(await Promise.all(started)));
}

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop('SIGKILL')));
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

/** Areas that are not in the order of their ids, across the rasters' edges. */
function square(n: number) {
  const id = String((n * 7919) % (across * down)).padStart(5, '0');
  const [x, y] = [-96.4 + (n % across) * 0.025, 35.7 + Math.floor(n / across) * 0.02];
  const ring = [
    [x, y],
    [x + 0.024, y],
    [x + 0.02, y + 0.017],
    [x, y + 0.019],
    [x, y],
  ];
  return { type: 'Feature', properties: { id }, geometry: { type: 'Polygon', coordinates: [ring] } };
}

function writeTable(name: string, features: unknown[]): void {
  writeFileSync(file(name), JSON.stringify({ type: 'FeatureCollection', features }));
}

/** The rasters have versions, so that nothing depends on the times of the files. */
function writeCatalog(versionOfB: string): void {
  writeFileSync(
    file('new.yaml'),
    `rasters: { a: { url: a.tif, version: "1" }, b: { url: b.tif, version: "${versionOfB}" } }\n` +
      'operations: { ab: { type: groupedCount, rasters: [a, b] }, a: { type: groupedCount, rasters: [a] } }\n' +
      'areas:\n  squares: { source: squares.geojson, id: id, version: "1" }\n  some: { source: some.geojson, id: id, version: "1" }\n',
  );
  renameSync(file('new.yaml'), catalog);
}

const precomputing = (out: string, ...more: string[]) => [
  'precompute',
  'squares',
  '--out',
  file(out),
  '--catalog',
  catalog,
  ...more,
];

interface Line {
  readonly area: string;
  readonly operation: string;
  readonly value: unknown;
}

/** The part of a summary that interruptions do not change: all but the times. */
function linesOf(name: string): Line[] {
  const text = gunzipSync(readFileSync(file(name))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), computedAt: 0, costMs: 0 }));
}

function linesOnDisk(name: string): number {
  try {
    return JSON.parse(readFileSync(file(`${name}.progress`), 'utf8')).lines;
  } catch {
    return 0;
  }
}

async function untilMoreThan(lines: number, out: string): Promise<void> {
  for await (const _change of watch(folder)) if (linesOnDisk(out) > lines) return;
}

/** Runs until more lines are on disk than before, then gives it the signal. */
async function interrupt(args: readonly string[], out: string, signal: 'SIGINT' | 'SIGKILL') {
  const before = linesOnDisk(out);
  const [program = '', ...rest] = catchmentCommand(args);
  const child = spawn(program, rest, {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close');
  await Promise.race([untilMoreThan(before, out), ended]);
  child.kill(signal);
  await ended;
  return { code: child.exitCode, err, lines: linesOnDisk(out), before };
}

/**
 * Interrupts a precomputation by each signal in turn; begins anew where a run was done before its
 * signal came.
 */
async function interruptions(out: string, signals: readonly ('SIGINT' | 'SIGKILL')[]) {
  for (;;) {
    for (const name of [out, `${out}.progress`]) rmSync(file(name), { force: true });
    const met = [];
    for (const signal of signals) met.push(await interrupt(precomputing(out, '--threads', '1'), out, signal));
    if (met.every(({ code }) => code !== 0)) return met;
  }
}

it('killed twice and stopped once, it goes on each time, and the file is as that of an undisturbed run', async () => {
  const met = await interruptions('killed.jsonl.gz', ['SIGKILL', 'SIGINT', 'SIGKILL']);
  expect(met.map(({ code }) => code)).toEqual([null, 130, null]);
  expect(met[1]?.err).toMatch(/^\S+killed\.jsonl\.gz is not finished: the same command goes on with it\./);
  for (const { lines, before } of met) {
    expect(lines).toBeGreaterThan(before);
    expect(lines).toBeLessThan(2 * across * down);
  }
  const last = await runCatchment(precomputing('killed.jsonl.gz', '--json'));
  expect([last.code, last.err]).toEqual([0, '']);
  expect(JSON.parse(last.out)).toMatchObject({ outcome: 'done', results: 2 * across * down, failed: 0 });
  const undisturbed = await runCatchment(precomputing('peace.jsonl.gz', '--threads', '2', '--json'));
  expect(undisturbed.code).toBe(0);
  expect(linesOf('killed.jsonl.gz')).toEqual(linesOf('peace.jsonl.gz'));
  expect(JSON.parse(last.out).cells).toBe(JSON.parse(undisturbed.out).cells);

  const ids = Array.from({ length: across * down }, (_, n) => String(n).padStart(5, '0'));
  const asked = ids.flatMap((id) => [`squares/${id} a`, `squares/${id} ab`]);
  expect(linesOf('killed.jsonl.gz').map(({ area, operation }) => `${area} ${operation}`)).toEqual(asked);
});

interface Answer {
  readonly status: number;
  readonly cache: string | null;
  readonly text: string;
}

async function askGateway(area: string, operation: string): Promise<Answer> {
  const response = await fetch(`${running[0]?.said}/api/processes/${operation}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
    body: JSON.stringify({ inputs: { area } }),
  });
  return { status: response.status, cache: response.headers.get('catchment-cache'), text: await response.text() };
}

const loading = (...args: string[]) =>
  runCatchment(['load', ...args, '--catalog', catalog, '--json'], { CACHE_URL: cache.url });

it('what was precomputed and loaded is answered by a gateway as hits, equal to the bit; loading again changes nothing', async () => {
  const total = 2 * across * down;
  const dry = await loading(file('peace.jsonl.gz'), '--dry-run');
  expect([dry.code, JSON.parse(dry.out)]).toEqual([0, expect.objectContaining({ loaded: total, alreadyThere: 0 })]);
  const first = await loading(file('peace.jsonl.gz'));
  expect([first.code, JSON.parse(first.out)]).toEqual([0, expect.objectContaining({ loaded: total, alreadyThere: 0 })]);
  const second = await loading(file('killed.jsonl.gz'));
  expect([second.code, JSON.parse(second.out)]).toEqual([
    0,
    expect.objectContaining({ loaded: 0, alreadyThere: total, alreadyThereOtherwise: 0 }),
  ]);
  const lines = linesOf('peace.jsonl.gz').filter((_, index) => index % 31 === 0);
  const values = lines.map(({ value }) => JSON.stringify(value));
  expect(new Set(values.map((text) => JSON.parse(text).groups.length))).toEqual(new Set([0, 1, 2]));
  for (const { area, operation, value } of lines) {
    expect(await askGateway(area, operation)).toEqual({ status: 200, cache: 'hit', text: JSON.stringify(value) });
  }
});

it('results of a raster that was replaced are refused; forced in, they are never served', async () => {
  const { area } = linesOf('peace.jsonl.gz').find(
    ({ value }) => (value as { groups: unknown[] }).groups.length === 2,
  ) as Line;
  const old = await askGateway(area, 'ab');
  expect(old.cache).toBe('hit');
  writeConstantRaster(file('b.new.tif'), { ...b, value: 5 });
  renameSync(file('b.new.tif'), file('b.tif'));
  writeCatalog('2024');
  await Promise.all(running.map((one) => one.stop('SIGTERM')));
  await cache.kill();
  cache = await startRedis({ port: cache.port });
  await startServing();

  const refused = await loading(file('peace.jsonl.gz'));
  expect(refused.code).toBe(3);
  expect(JSON.parse(refused.out)).toMatchObject({
    loaded: across * down,
    refused: across * down,
    refusals: [
      {
        reason: 'raster b has version "2019" in the file, "2024" in the catalog',
        lines: across * down,
        firstLines: [2, 4, 6, 8, 10, 12, 14, 16, 18, 20],
      },
    ],
  });
  const forced = await loading(file('peace.jsonl.gz'), '--force');
  expect([forced.code, JSON.parse(forced.out)]).toEqual([
    0,
    expect.objectContaining({ loaded: across * down, alreadyThere: across * down }),
  ]);
  const fresh = await askGateway(area, 'ab');
  expect([fresh.status, fresh.cache]).toEqual([200, 'miss']);
  expect(fresh.text).toBe(old.text.replaceAll('[1,2]', '[1,5]'));
  expect(fresh.text).not.toBe(old.text);
  expect((await askGateway(area, 'a')).cache).toBe('hit');
});

it('a file that was begun with another version, or is of something else, is not gone on with', async () => {
  const [begun] = await interruptions('begun.jsonl.gz', ['SIGKILL']);
  expect(begun?.code).toBeNull();
  writeCatalog('2025');
  const other = await runCatchment(precomputing('begun.jsonl.gz'));
  expect(other).toMatchObject({ code: 1, out: '' });
  expect(other.err).toMatch(
    /^catchment: \S+begun\.jsonl\.gz was begun with something else, as rasters\.b was "2024", now it is "2025": /,
  );
  const finished = await runCatchment(precomputing('peace.jsonl.gz'));
  expect(finished).toMatchObject({ code: 1, out: '' });
  expect(finished.err).toMatch(
    /is there, and is not what is asked \(line 2: raster b has version "2019" in the file, "2025" in the catalog\)/,
  );
  writeFileSync(file('precious.jsonl'), 'precious');
  const precious = await runCatchment(precomputing('precious.jsonl'));
  expect([precious.code, readFileSync(file('precious.jsonl'), 'utf8')]).toEqual([1, 'precious']);
  const where = ['--id', '0000{3,1}', '--operation', 'ab', '--json'];
  const anew = await runCatchment(precomputing('begun.jsonl.gz', '--overwrite', ...where));
  expect([anew.code, JSON.parse(anew.out)]).toEqual([0, expect.objectContaining({ results: 2, areas: 2 })]);
  expect(linesOf('begun.jsonl.gz').map(({ area }) => area)).toEqual(['squares/00001', 'squares/00003']);
  const again = await runCatchment(precomputing('begun.jsonl.gz', ...where));
  expect([again.code, JSON.parse(again.out).outcome]).toEqual([0, 'already done']);
});

it('an area that cannot be computed is told of, stops no other, and makes the exit code 3, also the next time', async () => {
  const args = ['precompute', 'some', '--out', file('some.jsonl'), '--catalog', catalog, '--operation', 'a'];
  const { code, out } = await runCatchment([...args, '--json']);
  expect(code).toBe(3);
  const reason = expect.stringMatching(/^area table some: area \d+: .*ring 0 has 3 positions/);
  const area = `some/${square(7).properties.id}`;
  expect(JSON.parse(out)).toMatchObject({
    areas: 10,
    results: 9,
    failed: 1,
    failures: [{ area, operation: 'a', reason }],
  });
  const again = await runCatchment(args);
  expect(again.code).toBe(3);
  expect(again.out).toContain(
    `1 not in it, as they failed before or only a part of it was copied:\n  ${area} a: is not in the file`,
  );
});

it('a file of which only a part was copied is not said to have failed', async () => {
  const args = ['precompute', 'some', '--catalog', catalog, '--operation', 'a', '--json', '--out'];
  await runCatchment([...args, file('whole.jsonl')]);
  const [first] = readFileSync(file('whole.jsonl'), 'utf8').split('\n');
  writeFileSync(file('part.jsonl'), `${first}\n`);
  const { code, out } = await runCatchment([...args, file('part.jsonl')]);
  const reason = 'is not in the file';
  expect([code, JSON.parse(out)]).toMatchObject([3, { outcome: 'already done', results: 1, failed: 9 }]);
  expect(JSON.parse(out).failures[0]).toMatchObject({ reason });
});

it('an empty file that is there, as mktemp makes it, is begun', async () => {
  writeFileSync(file('empty.jsonl'), '');
  const { code, out } = await runCatchment([...precomputing('empty.jsonl', '--operation', 'a'), '--json']);
  expect([code, JSON.parse(out)]).toMatchObject([0, { outcome: 'done', results: across * down }]);
  expect(readFileSync(file('empty.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(across * down);
});

it.each(['/dev/stdout', '-', '>(cat)'])(
  'into %s results are written plainly, and the summary to stderr',
  async (out) => {
    const args = ['precompute', 'some', '--catalog', catalog, '--operation', 'a', '--json', '--out'];
    const command = `'${catchmentCommand(args).join("' '")}' ${out}`;
    // The shell makes pipes, of which `>(…)` is one that is not stdout.
    const child = spawn('bash', ['-c', `${command} 2> '${file('said.txt')}' | cat`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [written] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const lines = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Partial<Line>);
    const results = lines.filter(({ value }) => value !== undefined);
    expect(results.map(({ area }) => area)).toEqual([...results.map(({ area }) => area)].sort());
    expect(results).toHaveLength(9);
    // The two programs write into one pipe: either may be the first.
    const summary =
      out === '>(cat)' ? lines.find((line) => 'outcome' in line) : JSON.parse(readFileSync(file('said.txt'), 'utf8'));
    expect(summary).toMatchObject({ outcome: 'done', results: 9, failed: 1 });
  },
);

it.each([
  ['--out', '/dev/full'],
  ['--out', '-'],
])('a full disk behind %s %s ends it with one sentence', async (...to) => {
  const { code, err } = await runIntoFullDisk(['precompute', 'some', '--catalog', catalog, ...to]);
  expect([code, err]).toEqual([1, 'catchment: the output cannot be written: no space left on the disk\n']);
});

it('what is not understood ends with 2, what cannot run with 1, each with one sentence', async () => {
  const ways: [args: string[], code: number, sentence: RegExp][] = [
    [precomputing('x.jsonl', '--where', 'id < 5'), 2, /Areas are chosen by --id: write --id '9901\*' for/],
    [precomputing('x.jsonl', '--id', ''), 2, /expected a pattern, such as 9901\*/],
    [precomputing('x.jsonl', '--threads', '0'), 2, /expected a whole number from 1 to 1024/],
    [precomputing('x.jsonl', '--operation', 'nope'), 2, /no operation is called "nope"; expected one of ab, a$/m],
    [
      ['precompute', 'nope', '--out', file('x.jsonl'), '--catalog', catalog],
      2,
      /no area table is called "nope"; expected one of squares, some$/m,
    ],
    [['precompute', 'squares', '--catalog', catalog], 2, /--out/],
    [precomputing('x.jsonl', '--id', 'nobody'), 1, /table squares has no area that is asked for/],
    [precomputing('no/x.jsonl'), 1, /x\.jsonl cannot be written: .*no such file/],
    [['load', file('nowhere.jsonl'), '--catalog', catalog], 1, /nowhere\.jsonl cannot be read: .*no such file/],
  ];
  for (const [args, code, sentence] of ways) {
    const ended = await runCatchment(args, { CACHE_URL: cache.url });
    expect([args, ended.code, ended.out]).toEqual([args, code, '']);
    expect(ended.err).toMatch(sentence);
    // A line that says where help is may follow.
    const said = ended.err
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('See `'));
    expect(said).toHaveLength(1);
  }
  const unset = await runCatchment(['load', file('peace.jsonl.gz'), '--catalog', catalog], { CACHE_URL: '' });
  expect([unset.code, unset.err]).toEqual([1, expect.stringMatching(/CACHE_URL is /)]);
});

it('with the cache away loading stops with a sentence, and the same command goes on', async () => {
  await cache.kill();
  const away = await loading(file('begun.jsonl.gz'));
  expect([away.code, away.out]).toEqual([1, '']);
  expect(away.err).toMatch(
    /^catchment: .*0 results had been loaded before, and the same command goes on with the rest/,
  );
  cache = await startRedis({ port: cache.port });
  const back = await loading(file('begun.jsonl.gz'));
  expect([back.code, JSON.parse(back.out).loaded]).toEqual([0, 2]);
});
