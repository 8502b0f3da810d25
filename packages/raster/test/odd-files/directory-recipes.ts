import { counted, file, type Recipe } from './recipe.ts';
import { cellsFile, type Tag } from './tiff-writer.ts';

const privateTag = 65_000;

/** A file with a private tag, whose entry of 12 bytes is changed. */
const withEntry = (change: (entry: Buffer) => void, tag: Tag = [privateTag, 'long', 7]): Recipe => {
  const bytes = cellsFile({ bands: [counted], tags: [tag] });
  const id = Buffer.from([privateTag & 0xff, privateTag >> 8]);
  change(bytes.subarray(bytes.lastIndexOf(id)));
  return { files: { '.tif': bytes } };
};

const long: Tag = [privateTag, 'double', [1, 2, 3]];

export const directories: Readonly<Record<string, Recipe>> = {
  'a tag of type 0': withEntry((entry) => entry.writeUInt16LE(0, 2)),
  'a tag of a type that TIFF does not know': withEntry((entry) => entry.writeUInt16LE(129, 2)),
  'a tag whose values lie behind the end': withEntry((entry) => entry.writeUInt32LE(1_000_000_000, 8), long),
  'a tag that claims 2^31 values': withEntry((entry) => entry.writeUInt32LE(2 ** 31, 4), long),
  'a width that comes twice': withEntry((entry) => entry.writeUInt16LE(256, 0), [privateTag, 'long', 5]),
  'a no-data tag of bytes': file({ tags: [[42_113, 'byte', [...Buffer.from('7\0')]]] }),
};
