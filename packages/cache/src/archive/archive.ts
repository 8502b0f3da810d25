import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { expectObject, expectText } from '@cellshed/expected';
import type { Clock } from '../stores/store.ts';
import { type LineOptions, linesOf } from './lines.ts';
import {
  type ArchiveProgress,
  firstDifference,
  progressPath,
  readProgress,
  removeProgress,
  writeProgress,
} from './progress.ts';
import { type ArchiveRecord, lineOf, recordOf } from './record.ts';

/** A record, or in one sentence why the line is none. Lines are counted from 1. */
export type ArchiveLine =
  | { readonly line: number; readonly record: ArchiveRecord }
  | { readonly line: number; readonly problem: string };

/**
 * Reads an archive in memory for one line: a record on each, gzip if the name ends in `.gz`. Goes
 * on after a broken line; where gzip data are cut off or altered, that is the last problem, and
 * what came before has been told. Throws when the file cannot be read.
 */
export async function* readArchive(path: string, options?: LineOptions): AsyncGenerator<ArchiveLine> {
  expectText('the path of an archive', path);
  for await (const found of linesOf(path, options)) {
    if ('problem' in found) yield found;
    else {
      const { line, text } = found;
      const record = recordOf(text);
      yield 'problem' in record ? { line, problem: record.problem } : { line, record };
    }
  }
}

/**
 * The state of a path: nothing (or an empty file), an archive that can be continued, any other
 * file, such as a finished archive, or a stream (a pipe, a terminal, the target of `/dev/stdout`),
 * which is written but never read again.
 */
export async function archiveState(path: string): Promise<'none' | 'begun' | 'there' | 'stream'> {
  expectText('the path of an archive', path);
  if (isDescriptor(path)) return 'stream';
  const file = await statOf(path);
  if (file && !file.isFile() && !file.isDirectory()) return 'stream';
  if (await statOf(progressPath(path))) return 'begun';
  return file === undefined || (file.isFile() && file.size === 0) ? 'none' : 'there';
}

export interface ArchiveWriterOptions {
  /**
   * The question and its sources; plain JSON. An archive is continued only if they are still the
   * same.
   */
  readonly begin: Readonly<Record<string, unknown>>;
  /** Begins anew, whatever is there. */
  readonly overwrite?: boolean;
  /** The amount of text that is written at once; default 256 KiB. */
  readonly blockBytes?: number;
  /** The longest time between two writes, whatever the amount; default 1,000. */
  readonly blockMilliseconds?: number;
  readonly clock?: Clock;
}

/**
 * Writes an archive block by block. A block is some complete lines (with gzip, a member of its
 * own), and is on disk before the next one is begun. A process that is killed loses the lines since
 * the last block, and another process can continue after them. Calls are made one after the other.
 */
export interface ArchiveWriter {
  /**
   * The progress of a writer before, which was stopped or killed; `undefined` for a new archive.
   */
  readonly resumed: { readonly lines: number; readonly state: unknown } | undefined;
  /**
   * Adds a line, or none, and what is to be known of them when the archive is continued: plain
   * JSON.
   */
  add(record: Omit<ArchiveRecord, 'etag'> | undefined, state: unknown): Promise<void>;
  /** Writes what is left. The archive is finished, and cannot be continued. */
  finish(): Promise<void>;
  /** Writes what is left, and leaves the archive to be continued. */
  leave(): Promise<void>;
}

/**
 * Begins an archive at `path`, or continues one that was begun and asks for the same. Throws a
 * sentence when it was begun with something else, and when there is another file, unless told to
 * overwrite. If two processes write at once, the one that began earlier stops with a sentence at
 * its next block.
 */
export async function openArchiveWriter(path: string, options: ArchiveWriterOptions): Promise<ArchiveWriter> {
  expectText('the path of an archive', path);
  expectObject('the options of an archive', options);
  expectObject('begin of an archive', options.begin);
  const { blockBytes = 256 * 1024, blockMilliseconds = 1000, clock = Date.now } = options;
  const found = options.overwrite ? undefined : await resumable(path, options.begin);
  const failing = (cause: Error) => {
    throw cause.message.startsWith(path) ? cause : new Error(`${path} cannot be written: ${cause.message}`, { cause });
  };
  const blocks = await openBlocks(path, found ?? empty(options.begin)).catch(failing);
  let pending: Pending = { lines: [], characters: 0, state: found?.state ?? null };
  let writtenAt = clock();
  const flush = async () => {
    await blocks.append(pending.lines, pending.state).catch(failing);
    pending = { lines: [], characters: 0, state: pending.state };
    writtenAt = clock();
  };
  return {
    resumed: found && { lines: found.lines, state: found.state },
    add: async (record, state) => {
      if (record) {
        const line = lineOf(record);
        pending.lines.push(line);
        pending.characters += line.length;
      }
      pending.state = state;
      if (pending.characters >= blockBytes || clock() - writtenAt >= blockMilliseconds) await flush();
    },
    finish: async () => {
      await flush();
      await blocks.close();
      await removeProgress(path).catch(failing);
    },
    leave: async () => {
      try {
        await flush();
      } finally {
        await blocks.close();
      }
    },
  };
}

/** The lines that are not written yet. */
interface Pending {
  readonly lines: string[];
  characters: number;
  state: unknown;
}

function empty(begin: unknown): Omit<ArchiveProgress, 'writer'> {
  return { format: 1, bytes: 0, lines: 0, state: null, begin };
}

/** The progress of an archive that can be continued; `undefined` where there is none. */
async function resumable(path: string, begin: unknown): Promise<ArchiveProgress | undefined> {
  const progress = await readProgress(path);
  const anew = 'overwrite it, or give another name';
  if (!progress) {
    if ((await archiveState(path)) !== 'none')
      throw new Error(`${path} is there, and is not one that was begun: ${anew}`);
    return undefined;
  }
  const difference = firstDifference(progress.begin, JSON.parse(JSON.stringify(begin)));
  if (difference !== undefined) throw new Error(`${path} was begun with something else, as ${difference}: ${anew}`);
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size < progress.bytes) {
    throw new Error(`${path} has ${size} bytes, but ${progress.bytes} were written: it was altered; ${anew}`);
  }
  return progress;
}

/** The file behind its good bytes; the process that opened it last is the one that writes. */
async function openBlocks(path: string, begun: Omit<ArchiveProgress, 'writer'>) {
  let progress: ArchiveProgress = { ...begun, writer: randomUUID() };
  await writeProgress(path, progress);
  const file = await open(path, constants.O_RDWR | constants.O_CREAT);
  await file.truncate(progress.bytes);
  return {
    append: async (lines: readonly string[], state: unknown): Promise<void> => {
      if ((await readProgress(path))?.writer !== progress.writer) {
        throw new Error(`${path} is written by another process, or its progress was removed: this one stops`);
      }
      // A gzip file has one member at least.
      const block = lines.length > 0 || progress.bytes === 0 ? await packed(path, lines.join('')) : new Uint8Array();
      await writeAll(file, block, progress.bytes);
      const counts = { bytes: progress.bytes + block.length, lines: progress.lines + lines.length };
      await writeProgress(path, { ...progress, ...counts, state });
      progress = { ...progress, ...counts, state };
    },
    close: () => file.close(),
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
  await file.datasync();
}

const zip = promisify(gzip);

async function packed(path: string, text: string): Promise<Uint8Array> {
  return path.endsWith('.gz') ? zip(text) : Buffer.from(text);
}

/** `undefined` where there is nothing. */
async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/**
 * Tells whether a path names something that a process has open. Files beside it would be in a
 * folder of the system.
 */
function isDescriptor(path: string): boolean {
  return /^\/(dev\/(stdout|stderr|fd\/\d+)|proc\/\w+\/fd\/\d+)$/.test(path);
}
