import { show } from '../../show.ts';
import type { FileBytes } from '../records/bytes.ts';
import { type Archive, type ArchivedFile, openArchive } from '../zip/archive.ts';
import { type Beside, beside, mostTextBytes, type Parts, textOf } from './parts.ts';

/** The most bytes of a file of a shapefile: places are counted in 32 bits, in words. */
const mostBytes = 2 ** 33;

/** A shapefile in an archive: its files by their endings. */
export type Zipped = Readonly<Record<'shp', ArchivedFile>> & Partial<Readonly<Record<Beside, ArchivedFile>>>;

/**
 * Unpacks a shapefile in an archive at a path. `table` is its name, without folder and ending,
 * where there are several.
 */
export async function openPartsInZip(path: string, table: string | undefined): Promise<Parts> {
  const archive = await openArchive(path);
  try {
    return await unpackParts(archive, chooseShapefile(archive, table), mostBytes);
  } finally {
    archive.close();
  }
}

/** The names of the shapefiles in an archive at a path. */
export async function shapefilesInZip(path: string): Promise<readonly string[]> {
  const archive = await openArchive(path);
  try {
    return [...shapefilesIn(archive.files).keys()];
  } finally {
    archive.close();
  }
}

/** The named shapefile of an archive, or the only one. Throws a sentence that lists them. */
export function chooseShapefile({ files }: Archive, table: string | undefined): Zipped {
  const found = shapefilesIn(files);
  const names = [...found.keys()].join(', ');
  const [only] = found.values();
  if (only === undefined) throw new Error(`has no .shp file in it, only ${namesOf(files)}`);
  if (table === undefined && found.size > 1) throw new Error(`table is missing, expected one of ${names}`);
  if (table === undefined) return only;
  const named = found.get(table);
  if (named === undefined) throw new Error(`has no shapefile ${show(table)} in it, only ${names}`);
  return named;
}

/** Unpacks the files of a shapefile, each of at most so many bytes. */
export async function unpackParts(archive: Archive, zipped: Zipped, most: number): Promise<Parts> {
  const open: FileBytes[] = [];
  const close = () => {
    for (const one of open) one.close();
  };
  const unpacked = async (file: ArchivedFile | undefined, limit: number) => {
    if (file === undefined) return undefined;
    open.push(await archive.unpack(file, limit));
    return open.at(-1);
  };
  try {
    return {
      shp: (await unpacked(zipped.shp, most)) as FileBytes,
      shx: await unpacked(zipped.shx, most),
      dbf: await unpacked(zipped.dbf, most),
      prj: textOf(await unpacked(zipped.prj, mostTextBytes)),
      cpg: textOf(await unpacked(zipped.cpg, mostTextBytes)),
      // Unpacked bytes are a copy.
      isUnchanged: () => true,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * The shapefiles in an archive by their names; two of one name in several folders by their paths.
 */
function shapefilesIn(files: readonly ArchivedFile[]): ReadonlyMap<string, Zipped> {
  const byStem = new Map<string, Partial<Record<'shp' | Beside, ArchivedFile>>>();
  for (const file of files) {
    const [, stem, ending = ''] = /^(.*)\.(\w+)$/.exec(file.name) ?? [];
    const part = (['shp', ...beside] as const).find((one) => one === ending.toLowerCase());
    if (stem === undefined || part === undefined) continue;
    const parts = byStem.get(stem) ?? {};
    byStem.set(stem, { ...parts, [part]: file });
  }
  const found = [...byStem].filter((one): one is [string, Zipped] => one[1].shp !== undefined);
  const nameOf = (stem: string) => stem.split('/').at(-1) as string;
  return new Map(
    found.map(([stem, parts]) => {
      const isOnly = found.filter(([other]) => nameOf(other) === nameOf(stem)).length === 1;
      return [isOnly ? nameOf(stem) : stem, parts];
    }),
  );
}

function namesOf(files: readonly ArchivedFile[]): string {
  if (files.length === 0) return 'nothing';
  const shown = files.slice(0, 5).map(({ name }) => show(name));
  return `${shown.join(', ')}${files.length > shown.length ? ', …' : ''}`;
}
