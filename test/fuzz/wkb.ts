import { readEnvelope, readPolygons } from '../../packages/areas/src/tables/geopackage/geometry.ts';
import { checkRead } from '../../packages/areas/src/tables/stored-polygons.ts';
import { readWkb } from '../../packages/areas/src/tables/wkb.ts';
import type { Random } from './random.ts';
import { checkText, holds, type Outcome, sentenceOr, type Target } from './target.ts';

/** Types of geometries, also such as nobody has. */
const types = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 0, 13, 14, 99];

/**
 * Well-known binary that is mostly right: a head, a count, and what is counted, in which some
 * numbers lie.
 */
function geometry(random: Random, depth: number): Buffer {
  const isLittle = random.once(2);
  const u32 = (value: number) => {
    const lie = random.once(60) ? Number(BigInt.asUintN(32, random.odd(100))) : value;
    const buffer = Buffer.alloc(4);
    if (isLittle) buffer.writeUInt32LE(lie);
    else buffer.writeUInt32BE(lie);
    return buffer;
  };
  const f64 = () => {
    const buffer = Buffer.alloc(8);
    const value = random.once(80) ? random.pick([Number.NaN, 1e300, -1e300, 181, 5e-324]) : random.below(80) / 4;
    if (isLittle) buffer.writeDoubleLE(value);
    else buffer.writeDoubleBE(value);
    return buffer;
  };
  const [type, extra] = [random.pick(depth > 0 ? types : [3, 6, 7, 12]), random.pick([0, 0, 0, 1, 2])];
  const code =
    type +
    random.pick(
      [
        [0, 1000],
        [0, 1000, 2000],
        [0, 3000],
      ][extra] ?? [0],
    );
  const position = () => Buffer.concat(Array.from({ length: code >= 3000 ? 4 : code >= 1000 ? 3 : 2 }, f64));
  const counted = (items: readonly Buffer[]) => Buffer.concat([u32(items.length), ...items]);
  const ring = () => {
    const positions = random.list(6, position);
    return counted(random.once(8) || positions[0] === undefined ? positions : [...positions, positions[0]]);
  };
  const body = () => {
    if (type === 1) return position();
    if (type === 2 || type === 8) return counted(random.list(6, position));
    if (type === 3 || type === 17) return counted(random.list(3, ring));
    return counted(random.list(depth > 6 ? 1 : 3, () => geometry(random, depth + 1)));
  };
  const order = random.once(100) ? random.below(256) : Number(isLittle);
  return Buffer.concat([Buffer.of(order), u32(code), body()]);
}

/** The header that GeoPackage puts before it. */
function blob(random: Random, wkb: Buffer): Buffer {
  const envelope = random.below(5);
  const flags = random.once(20) ? random.below(256) : 1 | (envelope << 1);
  const box = Buffer.alloc([0, 32, 48, 48, 64][envelope] ?? 0);
  for (let at = 0; at < box.length; at += 8) box.writeDoubleLE(random.below(360) - 180, at);
  return Buffer.concat([Buffer.from('GP'), Buffer.of(0, flags, 0, 0, 0, 0), box, wkb]);
}

function cut(random: Random, bytes: Buffer): Buffer {
  return random.once(10) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

type Read = Awaited<ReturnType<typeof checkRead>>;

/** Rings are whole, and no more of them than the bytes have room for. */
function check(read: Read, bytes: number): Outcome {
  if ('problem' in read) {
    checkText(read.problem);
    return 'refused';
  }
  const rings = read.polygons.flat();
  for (const ring of rings) holds(ring.length >= 3, `a ring of ${ring.length} positions`);
  const positions = rings.reduce((sum, ring) => sum + ring.length, 0);
  holds(16 * positions <= bytes + 16 * rings.length, `${positions} positions in ${bytes} bytes`);
  return 'accepted';
}

async function runWkb(random: Random): Promise<Outcome> {
  const bytes = cut(random, geometry(random, 0));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = await sentenceOr(() => checkRead((left) => readWkb({ view, at: 0 }, left), undefined));
  if (read === undefined) throw new Error('threw, expected a problem');
  return check(read, bytes.length);
}

async function runBlob(random: Random): Promise<Outcome> {
  const bytes = cut(random, blob(random, cut(random, geometry(random, 0))));
  const read = await sentenceOr(() => readPolygons(bytes, undefined));
  if (read === undefined) throw new Error('threw, expected a problem');
  const box = readEnvelope(bytes);
  holds(box === undefined || box.every(Number.isFinite), 'a box of numbers');
  return check(read, bytes.length);
}

export const wkb: Target = { name: 'WKB', cases: 10_000, run: runWkb };
export const geometryBlob: Target = { name: 'GeoPackage geometry', cases: 10_000, run: runBlob };
