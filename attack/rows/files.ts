import { copyFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import type { CommandAttack } from '../attack-command.ts';
import { sampleFolder, scratch } from '../scratch.ts';

const numbers = 'WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)';

/** Files that an operator may be given: tables, archives, catalogs. */
export const fileAttacks: readonly CommandAttack[] = [
  geopackage('recursive view', 'a GeoPackage whose table is a view that never ends', [
    'ALTER TABLE huc12 RENAME TO was',
    `CREATE VIEW huc12 AS ${numbers} SELECT x AS fid, geom, x || '' AS huc12, name FROM n, (SELECT geom, name FROM was LIMIT 1)`,
  ]),
  {
    name: 'nested line',
    about: 'an archive with a line of 20 kB of brackets, and a line after it',
    prepare: async () =>
      archive('nested.jsonl', `{"key":"a","value":${'['.repeat(10_000)}${']'.repeat(10_000)}}\nno JSON\n`),
    costs: (said) => [
      {
        what: 'lines that are not told',
        value: [1, 2].filter((n) => !said.includes(`line ${n}`)).length,
        unit: 'of 2',
        most: 0,
      },
    ],
  },
  {
    name: 'gzip of newlines',
    about: 'an archive of 400 MB of newlines, packed',
    prepare: async () => archive('newlines.jsonl.gz', gzipSync(Buffer.alloc(400_000_000, '\n'))),
  },
  {
    name: 'gzip of one line',
    about: 'an archive of one line of 2 GB, packed in pieces',
    prepare: async () => {
      const piece = gzipSync(Buffer.alloc(100_000_000, 'a'));
      return archive('long.jsonl.gz', Buffer.concat(Array<Buffer>(20).fill(piece)));
    },
  },
  {
    name: 'brackets',
    about: 'a GeoJSON table of 120 MB of brackets',
    prepare: async () => {
      const file = scratch('brackets.geojson');
      writeFileSync(file, `{"type":"FeatureCollection","features":${'['.repeat(120_000_000)}`);
      return {
        bytes: statSync(file).size,
        args: ['count', 'a/1', 'landcover', '--catalog', catalogOf('brackets', file)],
      };
    },
  },
  {
    name: 'nested collections',
    about: 'a GeoJSON table of GeometryCollections in GeometryCollections',
    prepare: async () => {
      const file = scratch('nested.geojson');
      const opened = '{"type":"GeometryCollection","geometries":['.repeat(100_000);
      const geometry = `${opened}${']}'.repeat(100_000)}`;
      writeFileSync(
        file,
        `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"1"},"geometry":${geometry}}]}`,
      );
      return {
        bytes: statSync(file).size,
        args: ['count', 'a/1', 'landcover', '--catalog', catalogOf('nested', file)],
      };
    },
  },
  {
    name: 'aliases',
    about: 'a catalog with a legend of 20,000 entries, which 3,000 rasters share by an alias',
    prepare: async () => {
      const legend = Array.from({ length: 20_000 }, (_, i) => `${i}: { label: a${i} }`).join(', ');
      const rasters = Array.from({ length: 3000 }, (_, i) => `  r${i}: { url: a.tif, legend: *legend }\n`);
      return catalogText(
        'aliases',
        `rasters:\n  r: { url: a.tif, legend: &legend { ${legend} } }\n${rasters.join('')}`,
      );
    },
  },
  {
    name: 'laughs',
    about: 'a catalog of aliases of aliases: nine lists of nine, nine times over',
    prepare: async () => {
      const levels = Array.from(
        { length: 9 },
        (_, i) =>
          `  l${i}: &l${i} [${Array(9)
            .fill(i === 0 ? 'a' : `*l${i - 1}`)
            .join(', ')}]\n`,
      );
      return catalogText('laughs', `rasters:\n${levels.join('')}`);
    },
  },
  {
    name: 'nested YAML',
    about: 'a catalog of 100,000 brackets',
    prepare: async () => catalogText('deep', `rasters: ${'['.repeat(100_000)}`),
  },
];

function geopackage(name: string, about: string, statements: readonly string[]): CommandAttack {
  return {
    name,
    about,
    prepare: async () => {
      const file = changedSample(name.replaceAll(' ', '-'), statements);
      const catalog = catalogOfTable(name.replaceAll(' ', '-'), file);
      return { bytes: statSync(file).size, args: ['count', 'a/990101010101', 'landcover', '--catalog', catalog] };
    },
  };
}

/** The sample's areas with an index that never ends. */
export function endlessIndex(): string {
  return changedSample('endless-index', [
    'CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL)',
    "INSERT INTO gpkg_extensions VALUES ('huc12', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
    `CREATE VIEW rtree_huc12_geom AS ${numbers} SELECT x AS id, -101 AS minx, -99 AS maxx, 41 AS miny, 42 AS maxy FROM n`,
  ]);
}

/** A catalog with a table of areas `a` like the sample's. */
export function catalogOfTable(name: string, file: string): string {
  return catalogOf(name, file, 'table: huc12, id: huc12, name: name');
}

function changedSample(name: string, statements: readonly string[]): string {
  const file = scratch(`${name}.gpkg`);
  copyFileSync(`${sampleFolder}/basin.gpkg`, file);
  const db = new DatabaseSync(file);
  for (const statement of statements) db.exec(statement);
  db.close();
  return file;
}

function catalogOf(name: string, file: string, of = 'id: id'): string {
  const catalog = scratch(`${name}.yaml`);
  writeFileSync(
    catalog,
    `rasters: { landcover: { url: ${sampleFolder}/landcover.tif } }
operations: { landcover: { type: groupedCount, rasters: [landcover] } }
areas: { a: { source: ${file}, ${of} } }
`,
  );
  return catalog;
}

function catalogText(name: string, text: string) {
  const catalog = scratch(`${name}.yaml`);
  writeFileSync(catalog, text);
  return { bytes: text.length, args: ['count', 'a/1', 'b', '--catalog', catalog] };
}

function archive(name: string, content: string | Buffer) {
  const file = scratch(name);
  writeFileSync(file, content);
  const env = { CACHE_URL: `file:${scratch('results')}`, CATCHMENT_CATALOG: `${sampleFolder}/catalog.yaml` };
  return { bytes: content.length, args: ['load', file], env };
}
