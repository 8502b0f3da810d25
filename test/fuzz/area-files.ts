import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAreaTable } from '@cellshed/areas';
import { basinsFile } from '../../packages/areas/test/fixtures.ts';
import type { Random } from './random.ts';
import { askTable } from './table-asking.ts';
import type { Outcome, Target } from './target.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const fixtures = new Map<string, Buffer>();

function fixture(name: string): Buffer {
  const bytes = fixtures.get(name) ?? readFileSync(basinsFile(name));
  fixtures.set(name, bytes);
  return Buffer.from(bytes);
}

/** A file in which some bytes are others, or some numbers lie, or whose end is missing. */
function damaged(random: Random, name: string): Buffer {
  const bytes = fixture(name);
  for (let left = random.below(4); left >= 0; left--) {
    const end = random.once(3) ? Math.min(bytes.length, 200) : bytes.length;
    const at = random.once(4) ? bytes.length - 1 - random.below(Math.min(bytes.length, 600)) : random.below(end);
    if (random.once(2) && at + 4 <= bytes.length) {
      const lie = Number(BigInt.asUintN(32, random.odd(bytes.length)));
      if (random.once(2)) bytes.writeUInt32LE(lie, at);
      else bytes.writeUInt32BE(lie, at);
    } else bytes[at] = random.pick([0, 1, 2, 127, 128, 255, random.below(256)]);
  }
  return random.once(12) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

function ask(path: string, table?: string): Promise<Outcome> {
  return askTable(() => openAreaTable({ name: 'fuzz', path, table, id: 'code', nameProperty: 'label' }), path);
}

/** A target of one file. */
function ofFile(name: string, cases: number, names: readonly string[], table?: string): Target {
  return {
    name,
    cases,
    run(random) {
      const from = random.pick(names);
      const path = join(folder, from);
      writeFileSync(path, damaged(random, from));
      return ask(path, table);
    },
  };
}

/** A shapefile of which one file is damaged or missing. */
function runShapefile(random: Random): Promise<Outcome> {
  const layer = random.pick(['wgs84', 'nad83_z']);
  const wrong = random.pick(['shp', 'shp', 'shx', 'dbf', 'dbf', 'prj', 'cpg']);
  const path = join(folder, 'a.shp');
  for (const ending of ['shp', 'shx', 'dbf', 'prj', 'cpg']) {
    const to = join(folder, `a.${ending}`);
    rmSync(to, { force: true });
    const name = `${layer}.${ending}`;
    if (ending !== wrong || ending === 'shp' || !random.once(10))
      writeFileSync(to, ending === wrong ? damaged(random, name) : fixture(name));
  }
  return ask(path);
}

export const flatGeobuf = ofFile('FlatGeobuf', 1000, ['wgs84.fgb', 'wgs84-indexed.fgb', 'albers.fgb']);
export const geoParquet = ofFile('GeoParquet', 1000, [
  'wgs84.parquet',
  'nad83_z.parquet',
  'albers.parquet',
  'feet.parquet',
  'unnamed_crs.parquet',
]);
export const shapefile: Target = { name: 'shapefile', cases: 1000, run: runShapefile };
export const zippedShapefile = ofFile('zipped shapefile', 300, ['basins.zip'], 'web');
