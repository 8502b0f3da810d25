import { constants } from 'node:fs';
import { access, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type TableToWrite, tableFormats, writeGeoPackage } from '@cellshed/tables';
import { NotUnderstood } from '../exit-codes.ts';

/** A format by the ending of the file's name. */
export interface FileFormat {
  /** Whether rows need the polygons of their areas. */
  readonly hasGeometry: boolean;
  write(path: string, table: TableToWrite): Promise<void>;
}

const formats: Readonly<Record<string, FileFormat>> = {
  ...Object.fromEntries(
    Object.entries(tableFormats).map(([name, { hasGeometry, bytes }]): [string, FileFormat] => [
      name,
      { hasGeometry, write: (path, table) => writeBytes(path, bytes(table)) },
    ]),
  ),
  gpkg: { hasGeometry: true, write: writeGeoPackage },
};

/** The format that a file's name asks for. Throws a sentence for any other. */
export function formatOf(path: string): FileFormat {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (Object.hasOwn(formats, ending)) return formats[ending] as FileFormat;
  const expected = Object.keys(formats).map((one) => `.${one}`);
  throw new NotUnderstood(`--out is ${JSON.stringify(path)}, expected a name that ends in ${expected.join(', ')}`);
}

export interface OutOptions {
  readonly overwrite: boolean;
  /** Files that are never replaced, by whatever name. */
  readonly inputs: readonly string[];
}

/**
 * Throws a sentence where the file cannot be written: it is an input, it is there, or its folder is
 * not there.
 */
export async function checkOut(path: string, { overwrite, inputs }: OutOptions): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  for (const input of found ? inputs : []) {
    const { dev, ino } = (await stat(input).catch(() => undefined)) ?? {};
    if (found?.dev === dev && found?.ino === ino)
      throw new Error(`--out is ${path}, which is a file that areas or lines are read from: give another name`);
  }
  if (found && !found.isFile()) throw new Error(`${path} is no file: give another name`);
  if (found && !overwrite) throw new Error(`${path} is there: --overwrite replaces it, or give another name`);
  const folder = dirname(path);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new Error(`${path}: there is no folder ${folder}`);
  await access(folder, constants.W_OK).catch((cause: Error) => {
    throw new Error(`${path}: the folder ${folder} cannot be written to`, { cause });
  });
}

/** Writes a table beside its place, and moves it there when it is whole. Then it is on disk. */
export async function writeTable(path: string, format: FileFormat, table: TableToWrite): Promise<void> {
  const part = `${path}.part`;
  await rm(part, { force: true });
  try {
    await format.write(part, table);
    await sync(part);
    await rename(part, path);
    await sync(dirname(path));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function writeBytes(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const piece of pieces) {
      await file.writeFile(piece);
    }
  } finally {
    await file.close();
  }
}

/** Waits until a file or folder is on disk. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
