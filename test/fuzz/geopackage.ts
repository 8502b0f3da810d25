import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openGeoPackageTable } from '@cellshed/areas';
import { basins } from '../../packages/areas/test/fixtures.ts';
import type { Random } from './random.ts';
import { askTable } from './table-asking.ts';
import type { Outcome, Target } from './target.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'a.gpkg');

/** Opens a table and asks for all that it has. */
function ask(table: string): Promise<Outcome> {
  return askTable(() => openGeoPackageTable({ name: 'fuzz', path, table, id: 'code', nameProperty: 'label' }), path);
}

let fixture: Buffer | undefined;

/** A file of which some bytes are others: in its pages, their cells and the schema. */
function runBytes(random: Random): Promise<Outcome> {
  fixture ??= readFileSync(basins.gpkg);
  const bytes = Buffer.from(fixture);
  const pages = bytes.length / 4096;
  for (let left = random.below(6); left >= 0; left--) {
    const page = 4096 * random.below(pages);
    const at = page + (random.once(2) ? random.below(108) : random.below(4096));
    bytes[at] = random.pick([0, 1, 2, 5, 10, 13, 255, random.below(256)]);
  }
  if (random.once(20)) bytes.copy(bytes, 4096 * random.below(pages), 4096 * random.below(pages), bytes.length);
  writeFileSync(path, random.once(10) ? bytes.subarray(0, random.below(bytes.length)) : bytes);
  return ask(random.pick(['wgs84', 'wgs84', 'nad83_z']));
}

/** A query of joins, subqueries, unions and recursions. */
function select(random: Random, levels: number): string {
  const table = () =>
    levels > 0 && random.once(3) ? `(${select(random, levels - 1)})` : random.once(30) ? endless : random.pick(tables);
  const from = [`${table()} t0`, ...random.list(3, table).map((one, i) => `${random.pick(joins)} ${one} t${i + 1}`)];
  const where = random.once(2) ? ` WHERE t0.fid ${random.pick(['>', '<', '='])} ${random.below(5)}` : '';
  const grouped = random.once(8) ? ' GROUP BY t0.code' : '';
  const one = `SELECT t0.fid, t0.code, t0.label, t0.geom FROM ${from.join(' ')}${where}${grouped}`;
  if (levels > 0 && random.once(6)) return `${one} UNION ALL ${select(random, levels - 1)}`;
  return one;
}

const endless =
  '(WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) SELECT fid, fid AS code, fid AS label, fid AS geom FROM n)';
const tables = ['wgs84', 'wgs84', 'many', 'twice'];
const joins = ['JOIN', 'LEFT JOIN', 'CROSS JOIN', 'NATURAL JOIN', ','];

/** Views of any kind: those that are taken come to an end. */
function runViews(random: Random): Promise<Outcome> {
  fixture ??= readFileSync(basins.gpkg);
  writeFileSync(path, fixture);
  using db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  db.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
    CREATE TABLE many (fid INTEGER PRIMARY KEY, code TEXT, label TEXT, geom BLOB);
    INSERT INTO many WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${10 + random.below(2000)})
      SELECT i, 'c' || i, 'l', NULL FROM n;
    CREATE VIEW twice AS SELECT a.fid, b.code, a.label, a.geom FROM wgs84 a JOIN many b;
    CREATE VIEW v AS ${select(random, 2)};
    INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'GEOMETRY', 4326, 0, 0)`);
  return ask('v');
}

export const geoPackage: Target = { name: 'GeoPackage', cases: 400, run: runBytes };
export const geoPackageViews: Target = { name: 'views of a GeoPackage', cases: 150, run: runViews };
