import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ArchiveLine, readArchive } from '../../packages/cache/src/archive/archive.ts';
import { lineOf, recordOf } from '../../packages/cache/src/archive/record.ts';
import { jsonText } from './json.ts';
import type { Random } from './random.ts';
import { checkText, holds, type Outcome, type Target } from './target.ts';

/** A line of an archive. */
function goodLine(random: Random): string {
  const value = Buffer.from(
    JSON.stringify({ cells: random.below(1000), counts: random.list(5, () => random.below(9)) }),
  );
  const [schemaVersion, computedAt, costMs] = [random.below(3), random.below(1000), random.below(50) / 7];
  return lineOf({ key: `geop:${random.below(99)}`, about: {}, schemaVersion, computedAt, costMs, value }).trimEnd();
}

/** Members of which some are of other kinds, or of the right kind and altered. */
function oddLine(random: Random): string {
  const line = goodLine(random);
  const at = random.below(line.length);
  const changes: readonly (() => string)[] = [
    () => line.slice(0, at) + random.pick([...'{}[]",:0e-\\ \u0000é']) + line.slice(at + 1),
    () => line.slice(0, at),
    () => line.slice(0, at) + jsonText(random, 4) + line.slice(at),
    () => line.replace(/"value":.*$/, () => `"value":${jsonText(random, 4)}}`),
    () => line.replace(/:\d+,/, () => `:${jsonText(random, 2)},`),
    () => '['.repeat(random.below(200)) + line + ']'.repeat(random.below(200)),
    () => `{"__proto__":${jsonText(random, 3)},${line.slice(1)}`,
    () => jsonText(random, 5),
  ];
  return random.pick(changes)();
}

/**
 * A record that is taken is one that was written: its value has its etag, and it comes back from
 * its own line.
 */
function runLine(random: Random): Outcome {
  const record = recordOf(random.once(10) ? goodLine(random) : oddLine(random));
  if ('problem' in record) {
    checkText(record.problem);
    return 'refused';
  }
  const { etag: _, ...plain } = record;
  const again = recordOf(lineOf(plain));
  holds(!('problem' in again) && again.etag === record.etag && again.key === record.key, 'a record comes back');
  return 'accepted';
}

let folder: string | undefined;

function folderOfFiles(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'catchment-fuzz-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

/** Files of good lines and others, packed or plain, cut off, altered, one behind the other. */
async function runFile(random: Random): Promise<Outcome> {
  const isPacked = random.once(2);
  const lines = random.list(6, () => (random.once(3) ? oddLine(random) : random.once(4) ? ' ' : goodLine(random)));
  const text = () => Buffer.from(lines.join(random.pick(['\n', '\r\n', '\n\n'])));
  const whole = isPacked ? Buffer.concat([gzipSync(text()), ...random.list(1, () => gzipSync(text()))]) : text();
  if (random.once(3)) whole[random.below(whole.length)] = random.below(256);
  const path = join(folderOfFiles(), isPacked ? 'a.jsonl.gz' : 'a.jsonl');
  writeFileSync(path, random.once(4) ? whole.subarray(0, random.below(whole.length)) : whole);
  const read = async (chunkBytes: number) => {
    const found: ArchiveLine[] = [];
    for await (const line of readArchive(path, { chunkBytes, mostLineBytes: 10_000 })) found.push(line);
    return found;
  };
  const found = await read(16_384);
  for (const line of found) if ('problem' in line) checkText(line.problem);
  const records = (all: readonly ArchiveLine[]) => JSON.stringify(all.filter((line) => 'record' in line));
  // The count of lines before damaged gzip data depends on the chunks.
  if (!isPacked) holds(records(await read(1 + random.below(50))) === records(found), 'the same whatever the chunks');
  return found.some((line) => 'problem' in line) ? 'refused' : 'accepted';
}

export const archiveLine: Target = { name: 'archive line', cases: 10_000, run: runLine };
export const archiveFile: Target = { name: 'archive', cases: 500, run: runFile };
