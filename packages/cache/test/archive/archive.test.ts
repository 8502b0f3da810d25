import { appendFile, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type ArchiveLine, archiveState, openArchiveWriter, readArchive } from '../../src/archive/archive.ts';
import { type ArchiveRecord, lineOf } from '../../src/archive/record.ts';
import { decodeHeader, encodeEntry } from '../../src/entry.ts';

let folder: string;
let next = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-archive-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A name in the folder that nothing has yet. */
const fresh = (ending = '.jsonl.gz') => join(folder, `${next++}${ending}`);
const begin = { table: 'huc12', rasters: { soil: '2016' } };

type NewRecord = Omit<ArchiveRecord, 'etag'>;

function recordNumber(n: number, value: unknown = { n, cells: n * 1000 }): NewRecord {
  const about = { area: `huc12/${n}`, operation: 'soil' };
  return { key: `geop:${n}`, about, schemaVersion: 1, computedAt: 5, costMs: 0.5, value: jsonBytes(value) };
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

async function all(path: string, chunkBytes?: number): Promise<ArchiveLine[]> {
  return collect(readArchive(path, chunkBytes === undefined ? {} : { chunkBytes }));
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function write(path: string, records: readonly NewRecord[], blockBytes?: number): Promise<void> {
  const writer = await openArchiveWriter(path, { begin, ...(blockBytes !== undefined && { blockBytes }) });
  for (const record of records) await writer.add(record, null);
  await writer.finish();
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

const keys = (lines: readonly ArchiveLine[]) => lines.flatMap((line) => ('record' in line ? [line.record.key] : []));
const problems = (lines: readonly ArchiveLine[]) => lines.filter((line) => 'problem' in line);

describe('an archive', () => {
  it.each(['.jsonl', '.jsonl.gz'])('%s gives back every record with exactly its bytes, in order', async (ending) => {
    const record = fc.record({
      key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((key) => !key.includes('\0')),
      about: fc.dictionary(fc.constantFrom('area', 'x y', '7', 'rasters'), fc.jsonValue()),
      schemaVersion: fc.nat(),
      computedAt: fc.nat(),
      costMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      value: fc.json().map((text) => jsonBytes(JSON.parse(text))),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 20 }),
        fc.integer({ min: 1, max: 2000 }),
        async (records, block) => {
          const path = fresh(ending);
          await write(path, records, block);
          const expected = records.map((one, index) => {
            const about = JSON.parse(JSON.stringify(one.about));
            const costMs = one.costMs + 0;
            const etag = decodeHeader(encodeEntry({ ...one, freshUntil: null, hardUntil: null }))?.etag;
            return { line: index + 1, record: { ...one, about, costMs, value: Buffer.from(one.value), etag } };
          });
          expect(await all(path)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is one line of JSON for each record, with the value as it is', async () => {
    const path = fresh('.jsonl');
    await write(path, [recordNumber(1), recordNumber(2, [])]);
    expect(await textOf(path)).toBe(
      '{"key":"geop:1","area":"huc12/1","operation":"soil","schemaVersion":1,"computedAt":5,"costMs":0.5,' +
        '"etag":"5c2f1630fb8759dea2846d8525f9a9c7","value":{"n":1,"cells":1000}}\n' +
        '{"key":"geop:2","area":"huc12/2","operation":"soil","schemaVersion":1,"computedAt":5,"costMs":0.5,' +
        '"etag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","value":[]}\n',
    );
  });

  it.each([
    ['with a space', '{"a": 1}'],
    ['with a number written otherwise', '[1.0]'],
    ['with a member twice', '{"a":1,"a":2}'],
    ['with members that JSON.parse puts in another order', '{"b":1,"2":1,"1":2}'],
    ['that is no JSON', '{'],
    ['that is empty', ''],
  ])('refuses a value %s: other bytes would come back', (_what, text) => {
    expect(() => lineOf({ ...recordNumber(1), value: Buffer.from(text) })).toThrow(
      new RangeError('the value of geop:1 is not JSON as JSON.stringify writes it: other bytes would come back'),
    );
  });

  it('refuses a value that is not UTF-8, and members of its own in what is told beside', () => {
    expect(() => lineOf({ ...recordNumber(1), value: Uint8Array.of(34, 255, 34) })).toThrow(/other bytes/);
    expect(() => lineOf({ ...recordNumber(1), about: { etag: 'x' } })).toThrow(/about has a member etag/);
  });

  it('tells of a broken line its number and what is wrong, and goes on', async () => {
    const path = fresh('.jsonl');
    const good = lineOf(recordNumber(1)).trimEnd();
    const { key: _key, ...keyless } = JSON.parse(good);
    const { value: _value, ...empty } = JSON.parse(good);
    const changed = (members: object) => JSON.stringify({ ...JSON.parse(good), ...members });
    const lines: [line: string, problem: string | undefined][] = [
      [good, undefined],
      ['{"key"', 'is not JSON ('],
      ['[]', 'is not a JSON object'],
      ['null', 'is not a JSON object'],
      ['"text"', 'is not a JSON object'],
      [JSON.stringify(keyless), 'key is missing, expected text'],
      [changed({ key: 7 }), 'key is 7, expected text'],
      [changed({ key: '' }), 'a key is empty'],
      [changed({ schemaVersion: '1' }), 'schemaVersion is "1", expected a whole number from 0'],
      [changed({ schemaVersion: 1.5 }), 'schemaVersion is 1.5, expected a whole number from 0'],
      [changed({ schemaVersion: -1 }), 'schemaVersion is -1, expected a whole number from 0'],
      [changed({ computedAt: null }), 'computedAt is null, expected milliseconds'],
      [good.replace('"costMs":0.5', '"costMs":1e999'), 'costMs is null, expected milliseconds'],
      [JSON.stringify(empty), 'value is missing'],
      [changed({ value: { n: 2 } }), 'etag is "5c2f1630fb8759dea2846d8525f9a9c7", but that of the value is'],
      [changed({ etag: undefined }), 'etag is missing, but that of the value is'],
      [good, undefined],
    ];
    await writeFile(path, lines.map(([line]) => `${line}\n`).join(''));
    const found = await all(path);
    expect(found.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
    for (const [index, [, problem]] of lines.entries()) {
      const line = found[index] as ArchiveLine;
      if (problem === undefined) expect(line).toHaveProperty('record');
      else expect(line).toEqual({ line: index + 1, problem: expect.stringContaining(problem) });
    }
  });

  it('counts lines without text and leaves them out; the end of the last line may be missing', async () => {
    const path = fresh('.jsonl');
    const [one, two] = [lineOf(recordNumber(1)).trimEnd(), lineOf(recordNumber(2)).trimEnd()];
    await writeFile(path, `\n${one}\r\n  \n${two}`);
    expect((await all(path)).map(({ line }) => line)).toEqual([2, 4]);
    expect(keys(await all(path))).toEqual(['geop:1', 'geop:2']);
  });

  it('tells of a line that is not UTF-8, or too long, and goes on', async () => {
    const path = fresh('.jsonl');
    const good = Buffer.from(lineOf(recordNumber(1)));
    await writeFile(path, Buffer.concat([Buffer.from('"\xff"\n', 'latin1'), Buffer.alloc(300, 'x'), good, good]));
    const found = await collect(readArchive(path, { mostLineBytes: good.length - 1, chunkBytes: 16 }));
    expect(found).toEqual([
      { line: 1, problem: 'is not UTF-8' },
      { line: 2, problem: `is longer than ${good.length - 1} bytes` },
      { line: 3, record: expect.objectContaining({ key: 'geop:1' }) },
    ]);
  });

  it('that is not there cannot be read, in one sentence', async () => {
    await expect(all(join(folder, 'nowhere.jsonl'))).rejects.toThrow(/nowhere\.jsonl cannot be read: .*no such file/);
  });

  it('of no records is an empty archive', async () => {
    for (const path of [fresh('.jsonl'), fresh('.jsonl.gz')]) {
      await write(path, []);
      expect([await textOf(path), await all(path)]).toEqual(['', []]);
    }
  });
});

describe('a gzipped archive', () => {
  const records = Array.from({ length: 12 }, (_, n) => recordNumber(n));
  const members = [records.slice(0, 5), records.slice(5, 6), records.slice(6)].map((part) =>
    gzipSync(part.map(lineOf).join('')),
  );
  const whole = Buffer.concat(members);

  it('is read the same whatever the chunks in which it is read', async () => {
    const path = fresh();
    await writeFile(path, whole);
    for (let chunk = 1; chunk <= 64; chunk++)
      expect(keys(await all(path, chunk))).toEqual(records.map(({ key }) => key));
    expect(problems(await all(path, 7))).toEqual([]);
  });

  it('cut off anywhere gives all records before the cut, and tells of it', async () => {
    const path = fresh();
    const ends = members.map((_, n) => Buffer.concat(members.slice(0, n + 1)).length);
    for (let bytes = whole.length - 1; bytes > 0; bytes--) {
      await writeFile(path, whole.subarray(0, bytes));
      const found = await all(path);
      const inWholeMembers = [5, 6, 12].filter((_, n) => (ends[n] as number) <= bytes).at(-1) ?? 0;
      expect(keys(found)).toEqual(records.slice(0, keys(found).length).map(({ key }) => key));
      expect(keys(found).length).toBeGreaterThanOrEqual(inWholeMembers);
      if (!ends.includes(bytes)) {
        expect(found.at(-1)).toEqual({
          line: keys(found).length + 1,
          problem: expect.stringMatching(/cut off or altered/),
        });
        expect(problems(found).length).toBe(1);
      }
    }
  });

  it('cut off in its last member gives also the lines of that member that are whole', async () => {
    const path = fresh();
    const many = Array.from({ length: 3000 }, (_, n) => recordNumber(n, `${Math.sin(n)}`));
    const bytes = gzipSync(many.map(lineOf).join(''));
    await writeFile(path, bytes.subarray(0, bytes.length - 1));
    expect(keys(await all(path)).length).toBe(3000);
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
    expect(keys(await all(path)).length).toBeGreaterThan(1000);
  });

  it('that is altered gives no record that was not written', async () => {
    const path = fresh();
    for (let at = 0; at < whole.length; at++) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] as number) ^ 0x10;
      await writeFile(path, altered);
      const found = await all(path);
      expect(keys(found)).toEqual(records.slice(0, keys(found).length).map(({ key }) => key));
    }
  });

  it.each([
    ['zeros', Buffer.alloc(100)],
    ['zeros and a member', Buffer.concat([Buffer.alloc(1), members[0] as Buffer])],
    ['text', Buffer.from('{"key":1}\n')],
  ])('followed by %s tells that something was not read', async (_what, garbage) => {
    const path = fresh();
    await writeFile(path, Buffer.concat([whole, garbage]));
    for (const chunk of [1, whole.length, 65536]) {
      const found = await all(path, chunk);
      const { length } = keys(found);
      expect(keys(found)).toEqual(records.slice(0, length).map(({ key }) => key));
      expect(found.at(-1)).toEqual({ line: length + 1, problem: expect.stringMatching(/gzip data/) });
      // Bytes that are unpacked in the same step as altered ones may be lost with them.
      if (chunk === 1) expect(length).toBe(12);
    }
  });

  it('that is no gzip, or empty, is told of', async () => {
    const path = fresh();
    await writeFile(path, lineOf(recordNumber(1)));
    expect(await all(path)).toEqual([{ line: 1, problem: expect.stringMatching(/gzip data/) }]);
    await writeFile(path, '');
    expect(await all(path)).toEqual([{ line: 1, problem: expect.stringMatching(/gzip data/) }]);
  });
});

describe('an archive that is being written', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('add' as const) },
    { weight: 2, arbitrary: fc.constant('fail' as const) },
    { weight: 1, arbitrary: fc.constant('leave' as const) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );

  it('is the same in the end wherever it was left, or its writer killed in the middle of a block', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 1500 }),
        fc.constantFrom('.jsonl', '.jsonl.gz'),
        async (steps, blockBytes, ending) => {
          const path = fresh(ending);
          // An area whose number is dividable by 5 fails: it has no line.
          const settle = (n: number) => (n % 5 === 4 ? undefined : recordNumber(n));
          const open = async () => {
            const writer = await openArchiveWriter(path, { begin, blockBytes, clock: () => 0 });
            return { writer, settled: (writer.resumed?.state as { settled: number } | null)?.settled ?? 0 };
          };
          let { writer, settled } = await open();
          for (const what of steps) {
            if (what === 'leave') await writer.leave();
            // Killed: what it was just writing is there in part.
            else if (typeof what === 'object') await appendFile(path, what);
            else {
              await writer.add(settle(settled), { settled: settled + 1 });
              settled += 1;
              continue;
            }
            const killed = writer;
            ({ writer, settled } = await open());
            // Only to close the file: it has nothing more to say.
            await killed.leave().catch(() => undefined);
          }
          while (settled < 30) await writer.add(settle(settled), { settled: ++settled });
          await writer.finish();
          const lines = Array.from({ length: Math.max(30, settled) }, (_, n) => settle(n)).flatMap(
            (record) => record ?? [],
          );
          expect(await textOf(path)).toBe(lines.map(lineOf).join(''));
          expect(await archiveState(path)).toBe('there');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is begun in an empty file; what is no file is a stream, and so is a file that a process has open', async () => {
    const path = fresh();
    await writeFile(path, '');
    expect(await archiveState(path)).toBe('none');
    const writer = await openArchiveWriter(path, { begin });
    await writer.add(recordNumber(1), null);
    await writer.finish();
    expect([await archiveState(path), keys(await all(path))]).toEqual(['there', ['geop:1']]);
    const file = await open(path);
    const states = ['/dev/null', '/dev/stdout', `/proc/self/fd/${file.fd}`, `/dev/fd/${file.fd}`].map(archiveState);
    expect(await Promise.all(states)).toEqual(['stream', 'stream', 'stream', 'stream']);
    await file.close();
  });

  it('tells how far it was, and what was remembered with its last line', async () => {
    const path = fresh();
    const first = await openArchiveWriter(path, { begin, blockBytes: 1 });
    expect([first.resumed, await archiveState(path)]).toEqual([undefined, 'begun']);
    await first.add(recordNumber(1), { failed: [] });
    await first.add(undefined, { failed: ['huc12/2'] });
    await first.leave();
    const second = await openArchiveWriter(path, { begin });
    expect(second.resumed).toEqual({ lines: 1, state: { failed: ['huc12/2'] } });
    await second.finish();
    expect(keys(await all(path))).toEqual(['geop:1']);
  });

  it('is on disk in whole members while it is written, each after so many bytes or so long', async () => {
    const path = fresh();
    let now = 0;
    const writer = await openArchiveWriter(path, { begin, blockBytes: 500, blockMilliseconds: 10, clock: () => now });
    const written = async () => keys(await all(path));
    await writer.add(recordNumber(1), null);
    expect((await readFile(path)).length).toBe(0);
    await writer.add(recordNumber(2), null);
    await writer.add(recordNumber(3), null);
    expect(await written()).toEqual(['geop:1', 'geop:2', 'geop:3']);
    now += 9;
    await writer.add(recordNumber(4), null);
    expect(await written()).toHaveLength(3);
    now += 1;
    await writer.add(recordNumber(5), null);
    expect(await written()).toHaveLength(5);
    await writer.add(recordNumber(6), null);
    expect(await written()).toHaveLength(5);
    expect(problems(await all(path))).toEqual([]);
    await writer.leave();
  });

  it('is not gone on with for something else: the sentence names the member and both values', async () => {
    const path = fresh();
    await (await openArchiveWriter(path, { begin })).leave();
    const other = { ...begin, rasters: { soil: '2019' } };
    await expect(openArchiveWriter(path, { begin: other })).rejects.toThrow(
      `${path} was begun with something else, as rasters.soil was "2016", now it is "2019": overwrite it, or give another name`,
    );
    await expect(openArchiveWriter(path, { begin: { ...begin, where: 'x' } })).rejects.toThrow(
      'where was not there, now it is "x"',
    );
    await (await openArchiveWriter(path, { begin: { rasters: { soil: '2016' }, table: 'huc12' } })).finish();
  });

  it('does not touch a file that it did not begin, unless told to overwrite it', async () => {
    const path = fresh();
    await writeFile(path, 'precious');
    await expect(openArchiveWriter(path, { begin })).rejects.toThrow(/is there, and is not one that was begun/);
    expect(await readFile(path, 'utf8')).toBe('precious');
    const writer = await openArchiveWriter(path, { begin, overwrite: true });
    expect(writer.resumed).toBeUndefined();
    await writer.add(recordNumber(1), null);
    await writer.finish();
    expect(keys(await all(path))).toEqual(['geop:1']);
  });

  it('begins anew when told to overwrite what was begun', async () => {
    const path = fresh();
    const first = await openArchiveWriter(path, { begin });
    await first.add(recordNumber(1), 'old');
    await first.leave();
    const second = await openArchiveWriter(path, { begin: { other: true }, overwrite: true });
    expect([second.resumed, (await readFile(path)).length]).toEqual([undefined, 0]);
    await second.leave();
  });

  it('that has lost bytes, or whose progress is damaged, is not gone on with', async () => {
    const path = fresh('.jsonl');
    const writer = await openArchiveWriter(path, { begin });
    await writer.add(recordNumber(1), null);
    await writer.leave();
    const { length } = await readFile(path);
    await truncate(path, length - 1);
    await expect(openArchiveWriter(path, { begin })).rejects.toThrow(
      `has ${length - 1} bytes, but ${length} were written`,
    );
    await rm(path);
    await expect(openArchiveWriter(path, { begin })).rejects.toThrow(`has 0 bytes, but ${length} were written`);
    for (const other of ['{"format":1,"by', '{"format":2,"writer":"","bytes":0,"lines":0}', '{"format":1}', 'null']) {
      await writeFile(`${path}.progress`, other);
      await expect(openArchiveWriter(path, { begin })).rejects.toThrow(/\.progress does not tell how far/);
    }
  });

  it('belongs to who opened it last: an earlier writer stops with a sentence, and harms nothing', async () => {
    const path = fresh('.jsonl');
    const first = await openArchiveWriter(path, { begin, blockBytes: 1 });
    await first.add(recordNumber(1), 1);
    const second = await openArchiveWriter(path, { begin, blockBytes: 1 });
    await expect(first.add(recordNumber(7), 7)).rejects.toThrow(/is written by another process/);
    await second.add(recordNumber(2), 2);
    await expect(first.leave()).rejects.toThrow(/is written by another process/);
    await second.finish();
    expect(keys(await all(path))).toEqual(['geop:1', 'geop:2']);
  });

  it('leaves nothing beside it when it is finished, and says where it cannot be written', async () => {
    const path = join(await mkdtemp(join(folder, 'only-')), 'results.jsonl.gz');
    await write(path, [recordNumber(1)]);
    expect(await readdir(join(path, '..'))).toEqual(['results.jsonl.gz']);
    const nowhere = join(folder, 'no', 'results.jsonl');
    await expect(openArchiveWriter(nowhere, { begin })).rejects.toThrow(
      /results\.jsonl cannot be written: .*no such file/,
    );
  });
});
