import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuseShape } from '@cellshed/budget';

/** The file `<archive>.progress`, which is stored beside an archive while it is written. */
export interface ArchiveProgress {
  /** The version of this file's own form. */
  readonly format: 1;
  /** The id of the writer. A writer that finds another id here stops. */
  readonly writer: string;
  /** The bytes of the archive that are complete and on disk; later bytes are not. */
  readonly bytes: number;
  /** The number of lines in these bytes. */
  readonly lines: number;
  /** The writer's own, as of these lines. */
  readonly state: unknown;
  /** The question and its sources. */
  readonly begin: unknown;
}

export function progressPath(path: string): string {
  return `${path}.progress`;
}

/** The question has a few levels. */
const mostOfText = { levels: 64, lists: 2 ** 24 };

/** `undefined` where there is none; throws a sentence for a file that is none. */
export async function readProgress(path: string): Promise<ArchiveProgress | undefined> {
  const text = await readFile(progressPath(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const progress = parsed(text);
  if (progress) return progress;
  throw new Error(
    `${progressPath(path)} does not tell how far ${path} was written: it is damaged or of another program`,
  );
}

/** Replaced in one step, and on disk when this resolves. */
export async function writeProgress(path: string, progress: ArchiveProgress): Promise<void> {
  const written = `${progressPath(path)}.new`;
  const file = await open(written, 'w');
  try {
    await file.writeFile(`${JSON.stringify(progress)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, progressPath(path));
  await syncFolder(path);
}

/** The archive is finished. */
export async function removeProgress(path: string): Promise<void> {
  await rm(progressPath(path), { force: true });
  await syncFolder(path);
}

/**
 * The first member, by its path, in which two JSON values differ, with both; `undefined` where they
 * are the same.
 */
export function firstDifference(was: unknown, is: unknown, path = ''): string | undefined {
  if (isObject(was) && isObject(is)) {
    const names = new Set([...Object.keys(was), ...Object.keys(is)]);
    for (const name of names) {
      const found = firstDifference(was[name], is[name], path === '' ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (JSON.stringify(was) === JSON.stringify(is)) return undefined;
  return `${path} was ${show(was)}, now it is ${show(is)}`;
}

/** A new name in a folder is on disk when the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parsed(text: string): ArchiveProgress | undefined {
  try {
    refuseShape(text, mostOfText);
    const read: unknown = JSON.parse(text);
    if (!isObject(read) || read.format !== 1) return undefined;
    const { writer, bytes, lines } = read;
    const isWhole = typeof writer === 'string' && Number.isSafeInteger(bytes) && Number.isSafeInteger(lines);
    return isWhole ? (read as unknown as ArchiveProgress) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value);
}
