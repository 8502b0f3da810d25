/**
 * `node floor-inflate.ts RASTER…`: inflates all tiles of rasters, as they are in the files of the
 * benches, and prints the CPU seconds of the second time.
 */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

const files = process.argv.slice(2).map((path) => tilesOf(readFileSync(path)));
let seconds = 0;
for (let turn = 0; turn < 2; turn++) {
  const before = process.cpuUsage();
  for (const tiles of files) for (const tile of tiles) inflateSync(tile, { chunkSize: 2 ** 18 });
  const { user, system } = process.cpuUsage(before);
  seconds = (user + system) / 1e6;
}
console.log(seconds);

/** The compressed tiles of a classic little-endian TIFF. */
function tilesOf(file: Buffer): Buffer[] {
  const directory = file.readUInt32LE(4);
  const valuesOf = (tag: number) => {
    const entries = Array.from({ length: file.readUInt16LE(directory) }, (_, i) => directory + 2 + 12 * i);
    const entry = entries.find((at) => file.readUInt16LE(at) === tag)!;
    const [count, at] = [file.readUInt32LE(entry + 4), file.readUInt32LE(entry + 8)];
    return Array.from({ length: count }, (_, i) => file.readUInt32LE(at + 4 * i));
  };
  const lengths = valuesOf(325);
  return valuesOf(324).map((offset, i) => file.subarray(offset, offset + lengths[i]!));
}
