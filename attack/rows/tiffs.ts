import { writeFileSync } from 'node:fs';
import type { CommandAttack } from '../attack-command.ts';
import { countIn, scratch } from '../scratch.ts';

type Entry = readonly [tag: number, type: number, count: number, value: number];

/** The tags that a directory of a one-band raster of one tile needs. */
const needed: readonly Entry[] = [
  [256, 4, 1, 64],
  [257, 4, 1, 64],
  [258, 3, 1, 8],
  [259, 3, 1, 1],
  [262, 3, 1, 1],
  [277, 3, 1, 1],
  [322, 4, 1, 64],
  [323, 4, 1, 64],
  [324, 4, 1, 8],
  [325, 4, 1, 16],
];

/** TIFF files that are made by hand. */
export const tiffAttacks: readonly CommandAttack[] = [
  tiff('ring of directories', 'a TIFF of two directories, each of which names the other as the next', () => {
    const first = 8;
    const second = first + directoryBytes(needed.length);
    return Buffer.concat([header(first), directory(needed, second), directory(needed, first)]);
  }),
  tiff('overlapping entries', 'a TIFF of 1 MB with 1,500 entries, each of which is the whole file', () => {
    const tags = [273, 279, 324, 325, 33_550, 33_922, 34_264, 34_735, 34_736, 34_737, 42_112, 42_113];
    const more = Array.from({ length: 1500 }, (_, i): Entry => [tags[i % tags.length] as number, 4, 245_000, 8]);
    return Buffer.concat([header(8), directory([...needed, ...more], 0), Buffer.alloc(1_000_000, 1)]);
  }),
  tiff('a chain of directories', 'a TIFF of 2 MB with 15,000 directories', () => {
    const size = directoryBytes(needed.length);
    const all = Array.from({ length: 15_000 }, (_, i) => directory(needed, i === 14_999 ? 0 : 8 + (i + 1) * size));
    return Buffer.concat([header(8), ...all]);
  }),
  tiff('more than there is', 'a TIFF of 300 bytes that promises four billion tiles', () => {
    const promised: Entry[] = [
      [256, 4, 1, 0xff_ff_ff_f0],
      [257, 4, 1, 0xff_ff_ff_f0],
      ...needed.slice(2, 8),
      [324, 4, 0xff_ff_ff_ff, 8],
      [325, 4, 0xff_ff_ff_ff, 8],
    ];
    return Buffer.concat([header(8), directory(promised, 0), Buffer.alloc(64)]);
  }),
];

function tiff(name: string, about: string, make: () => Buffer): CommandAttack {
  return {
    name,
    about,
    prepare: async () => {
      const file = scratch(`${name.replaceAll(' ', '-')}.tif`);
      const bytes = make();
      writeFileSync(file, bytes);
      return { bytes: bytes.length, args: countIn(file) };
    },
  };
}

function header(first: number): Buffer {
  const bytes = Buffer.from('II*\0\0\0\0\0', 'latin1');
  bytes.writeUInt32LE(first, 4);
  return bytes;
}

function directoryBytes(entries: number): number {
  return 2 + entries * 12 + 4;
}

function directory(entries: readonly Entry[], next: number): Buffer {
  const bytes = Buffer.alloc(directoryBytes(entries.length));
  bytes.writeUInt16LE(entries.length, 0);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 2 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}
