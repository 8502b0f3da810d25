import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { lineOf } from '../../src/archive/record.ts';

const archive = new URL('../../src/archive/archive.ts', import.meta.url).href;
const index = new URL('../../src/index.ts', import.meta.url).href;
const record = (n: number) => ({
  key: `geop:huc12:${n}:soil:0123`,
  about: { area: `huc12/${n}`, operation: 'soil' },
  schemaVersion: 1,
  computedAt: 1,
  costMs: 1,
  value: Buffer.from(JSON.stringify({ cells: n, groups: Array.from({ length: 8 }, (_, i) => [n, i]) })),
});
let folder: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-archive-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that runs a script; what it writes to stdout when it has ended. */
function run(script: string, env: Readonly<Record<string, string>>) {
  // A small young generation: what is garbage shall not look like what is kept.
  const child = spawn(process.execPath, ['--max-semi-space-size=1', '--input-type=module', '-e', script], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return { code: code as number | null, said };
  });
  return { child, ended };
}

const writing = `
  import { openArchiveWriter } from '${archive}';
  const writer = await openArchiveWriter(process.env.ARCHIVE, { begin: {}, blockBytes: 3000 });
  const record = ${record};
  for (let n = writer.resumed?.state ?? 0; n < 6000; n++) {
    await writer.add(n % 7 === 3 ? undefined : record(n), n + 1);
    // Stands still: whoever kills it may take any time.
    if (n === Number(process.env.LAST)) await new Promise(() => setInterval(() => undefined, 1e6));
  }
  await writer.finish();
`;

it('a writer killed again and again leaves a file that is gone on with: no line is missing, none is there twice', async () => {
  const path = join(folder, 'killed.jsonl.gz');
  const linesOnDisk = async () => {
    const text = await readFile(`${path}.progress`, 'utf8').catch(() => '{"lines":0}');
    return (JSON.parse(text) as { lines: number }).lines;
  };
  for (let kill = 0; kill < 5; kill++) {
    const { child, ended } = run(writing, { ARCHIVE: path, LAST: String(1000 * kill + 999) });
    const before = await linesOnDisk();
    while ((await linesOnDisk()) < before + 300) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
  }
  expect((await run(writing, { ARCHIVE: path }).ended).code).toBe(0);
  const expected = Array.from({ length: 6000 }, (_, n) => (n % 7 === 3 ? '' : lineOf(record(n))));
  expect(gunzipSync(await readFile(path)).toString()).toBe(expected.join(''));
});

const reading = `
  import { readArchive } from '${archive}';
  let records = 0;
  let problem;
  for await (const line of readArchive(process.env.ARCHIVE, { mostLineBytes: 1e6 })) {
    if ('record' in line) records += 1;
    else problem ??= line.problem;
  }
  console.log(JSON.stringify({ records, problem, bytes: 1024 * process.resourceUsage().maxRSS }));
`;

async function readRepeated(name: string, member: Uint8Array, times: number) {
  const path = join(folder, name);
  const file = await open(path, 'w');
  for (let n = 0; n < times; n++) await file.write(member);
  await file.close();
  const { said } = await run(reading, { ARCHIVE: path }).ended;
  return JSON.parse(said) as { records: number; problem?: string; bytes: number };
}

it('a million lines are read in the memory of ten thousand', async () => {
  const member = gzipSync(Array.from({ length: 1000 }, (_, n) => lineOf(record(n))).join(''));
  const [small, large] = [await readRepeated('small.gz', member, 10), await readRepeated('large.gz', member, 1000)];
  expect([small.records, large.records]).toEqual([10_000, 1_000_000]);
  // All lines are 300 MB.
  expect(large.bytes - small.bytes).toBeLessThan(100e6);
});

it('a line without an end is told of, and is not kept in memory', async () => {
  const member = gzipSync(Buffer.alloc(1e6, 'x'));
  const [small, large] = [await readRepeated('short.gz', member, 1), await readRepeated('endless.gz', member, 400)];
  expect([small.problem, large.problem]).toEqual([
    expect.stringMatching(/^is not JSON/),
    'is longer than 1000000 bytes',
  ]);
  expect(large.bytes - small.bytes).toBeLessThan(100e6);
});

it('the README’s example of an archive prints what it says', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const examples = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, example]) => example as string);
  const example = examples.find((text) => text.includes('openArchiveWriter')) as string;
  const { said } = await run(example.replaceAll("'@cellshed/cache'", `'${index}'`), {
    ARCHIVE: join(folder, 'readme.jsonl.gz'),
  }).ended;
  expect(said).toBe('geop:0\ngeop:1\ngeop:2\n');
  expect(example).toContain('// geop:0\n');
});
