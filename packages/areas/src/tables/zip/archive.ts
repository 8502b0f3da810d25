import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { show } from '../../show.ts';
import { bytesOf, bytesOfFile, type FileBytes } from '../records/bytes.ts';

/** An open ZIP archive. */
export interface Archive {
  /**
   * The files in it, without those that a Mac adds. Names are names: nothing is written under them.
   */
  readonly files: readonly ArchivedFile[];
  /**
   * The content of a file. Much of it is written into a temporary file that has no name any more
   * when it is read. Throws a sentence where it has more than `most` bytes.
   */
  unpack(file: ArchivedFile, most: number): Promise<FileBytes>;
  close(): void;
}

export interface ArchivedFile {
  /** The path in the archive. */
  readonly name: string;
  /** The size that the archive says; more is never unpacked. */
  readonly bytes: number;
  readonly entry: Entry;
}

/** More files than any archive of areas has. */
const mostFiles = 10_000;

/** The size up to which content is unpacked into memory. */
const mostInMemory = 16 * 2 ** 20;

/**
 * Opens an archive: a file by its path, or bytes in memory. Throws a sentence for what is none, for
 * one with a path outside itself, and for one with very many files.
 */
export async function openArchive(source: string | Uint8Array): Promise<Archive> {
  const zip = await inSentence(() =>
    typeof source === 'string'
      ? yauzl.openPromise(source, { autoClose: false })
      : yauzl.fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.byteLength)),
  );
  try {
    if (zip.entryCount > mostFiles) throw new Error(`has ${zip.entryCount} files in it, expected at most ${mostFiles}`);
    const files = await inSentence(() => filesIn(zip));
    return {
      files,
      unpack: (file, most) => unpacked(zip, file, most),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function filesIn(zip: ZipFile): Promise<ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  for await (const entry of zip.eachEntry()) {
    const { fileName: name, uncompressedSize: bytes } = entry;
    const isOfMac = /(^|\/)(__MACOSX\/|\._)/.test(name);
    if (!name.endsWith('/') && !isOfMac) files.push({ name, bytes, entry });
  }
  return files;
}

async function unpacked(zip: ZipFile, { name, bytes, entry }: ArchivedFile, most: number): Promise<FileBytes> {
  if (bytes > most)
    throw new Error(`has ${show(name)} in it, which unpacks to ${bytes} bytes, expected at most ${most}`);
  if (entry.isEncrypted()) throw new Error(`has ${show(name)} in it, which is encrypted`);
  const content = await inSentence(() => zip.openReadStreamPromise(entry));
  return inSentence(() => (bytes > mostInMemory ? intoFile(content, name) : intoMemory(content)));
}

async function intoMemory(content: Readable): Promise<FileBytes> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece as Buffer);
  return { ...bytesOf(Buffer.concat(pieces)), isUnchanged: () => true, close: () => undefined };
}

async function intoFile(content: Readable, name: string): Promise<FileBytes> {
  const path = join(tmpdir(), `catchment-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    for await (const piece of content) {
      for (let at = 0; at < (piece as Buffer).length; ) at += writeSync(file, piece as Buffer, at);
    }
    return bytesOfFile(file);
  } catch (cause) {
    closeSync(file);
    content.destroy();
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    throw new Error(
      `has ${show(name)} in it, for which the folder of temporary files has no room: TMPDIR names another, or unpack the archive`,
      { cause },
    );
  }
}

/** Runs what reads the archive. An error of the reader becomes the end of a sentence. */
async function inSentence<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== undefined || message.startsWith('has ')) throw cause;
    throw new Error(`is no ZIP archive that can be read: ${message.slice(0, 200)}`, { cause });
  }
}
