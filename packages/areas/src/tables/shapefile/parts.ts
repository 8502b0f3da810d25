import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Bytes, type FileBytes, openBytes } from '../records/bytes.ts';

/** The open files of a shapefile. */
export interface Parts {
  readonly shp: Bytes;
  /** The places of the shapes. */
  readonly shx?: Bytes | undefined;
  /** The properties. */
  readonly dbf?: Bytes | undefined;
  /** The text of the CRS. */
  readonly prj?: string | undefined;
  /** The name of the encoding. */
  readonly cpg?: string | undefined;
  isUnchanged(): boolean;
  close(): void;
}

/** The endings of the files beside a .shp file. */
export const beside = ['shx', 'dbf', 'prj', 'cpg'] as const;
export type Beside = (typeof beside)[number];

/** The most bytes of a text beside a .shp file; those of CRSs have some thousand. */
export const mostTextBytes = 2 ** 20;

/** The paths of the files that are beside a .shp file, whatever the case of their endings. */
export function partsBeside(shp: string): Partial<Readonly<Record<Beside, string>>> {
  const folder = dirname(shp);
  const stem = basename(shp).slice(0, -3);
  const found = readdirSync(folder)
    .filter((name) => name.startsWith(stem))
    .sort()
    .flatMap((name) => {
      const ending = beside.find((one) => name.slice(stem.length).toLowerCase() === one);
      return ending === undefined ? [] : [[ending, join(folder, name)] as const];
    });
  return Object.fromEntries(found);
}

/** Opens a .shp file and the files beside it. */
export function openParts(path: string): Parts {
  const open: FileBytes[] = [];
  const opened = (one: string | undefined) => {
    if (one === undefined) return undefined;
    open.push(openBytes(one));
    return open.at(-1);
  };
  const close = () => {
    for (const one of open) one.close();
  };
  try {
    const shp = opened(path) as FileBytes;
    const { shx, dbf, prj, cpg } = partsBeside(path);
    return {
      shp,
      shx: opened(shx),
      dbf: opened(dbf),
      prj: textOf(opened(prj)),
      cpg: textOf(opened(cpg)),
      isUnchanged: () => open.every((one) => one.isUnchanged()),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** The text of a small file. */
export function textOf(bytes: Bytes | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  return new TextDecoder().decode(bytes.read(0, Math.min(bytes.size, mostTextBytes)));
}
