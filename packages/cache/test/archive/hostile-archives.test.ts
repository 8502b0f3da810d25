import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ArchiveLine, readArchive } from '../../src/archive/archive.ts';
import { lineOf } from '../../src/archive/record.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-hostile-archive-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function linesOf(name: string, bytes: Uint8Array | string): Promise<ArchiveLine[]> {
  await writeFile(join(folder, name), bytes);
  return collect(readArchive(join(folder, name)));
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const good = lineOf({ key: 'geop:1', about: {}, schemaVersion: 1, computedAt: 5, costMs: 1, value: Buffer.from('{}') });

describe('an archive', () => {
  it('goes on after a line that is nested deeply', async () => {
    const deep = `{"key":"geop:2","schemaVersion":1,"computedAt":5,"costMs":1,"value":${'['.repeat(10_000)}${']'.repeat(10_000)}}\n`;
    expect(await linesOf('deep.jsonl', deep + good)).toEqual([
      { line: 1, problem: 'is nested more than 64 levels deep, expected fewer' },
      { line: 2, record: expect.objectContaining({ key: 'geop:1' }) },
    ]);
  });

  it.each([
    ['line ends', '\n'],
    ['lines of spaces', ' \r\n'],
  ])('is read to its end behind %s that were packed', async (name, blank) => {
    const count = 2 ** 22;
    const packed = gzipSync(blank.repeat(count) + good);
    expect(await linesOf(`${name}.jsonl.gz`, packed)).toEqual([
      { line: count + 1, record: expect.objectContaining({ key: 'geop:1' }) },
    ]);
  });

  it('is not read further where more comes out of it than its size justifies', async () => {
    const packed = gzipSync('x\n'.repeat(2 ** 22));
    const lines = await linesOf('lines.jsonl.gz', packed);
    // A budget of 100 million steps, of which each line takes some hundred.
    expect(lines.length).toBeLessThan(250_000);
    expect(lines.at(-1)).toEqual({
      line: lines.length,
      problem:
        'reading what comes out of a file of its size takes more than 100,000,000 steps of work, the most that it may take: nothing more is read',
    });
  });
});
