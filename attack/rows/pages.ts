import { existsSync, writeFileSync } from 'node:fs';
import { writeGeoPackage } from '../../sample/geopackage-writer.ts';
import { summedUp } from '../attacker.ts';
import type { RequestAttack } from '../row.ts';
import { sampleFolder, scratch } from '../scratch.ts';
import { at, type Place } from '../shapes.ts';
import { catalogOfTable, endlessIndex } from './files.ts';

const [areas, vertices] = [250, 15_000];

/** Pages of a table of large areas. */
export const pageAttacks: readonly RequestAttack[] = [
  {
    name: 'a page',
    about: `one page of ${areas} areas of ${vertices.toLocaleString('en')} vertices each`,
    catalog: catalogOfLargeAreas,
    most: { cpu: 20 },
    send: async ({ request }) => {
      const answer = await request('/api/collections/large/items?limit=1000');
      return { answer: `${summedUp([answer])}, ${Math.round(answer.text.length / 1e6)} MB` };
    },
  },
  {
    name: 'pages at once',
    about: 'the same page asked for from ten connections',
    catalog: catalogOfLargeAreas,
    most: { cpu: 60 },
    seconds: 40,
    send: async ({ request }) => {
      const answers = Array.from({ length: 10 }, () => request('/api/collections/large/items?limit=1000'));
      return { answer: summedUp(await Promise.all(answers)) };
    },
  },
  {
    name: 'an index without end',
    about: 'areas in a box, of a GeoPackage whose index is a view that never ends',
    catalog: () => catalogOfTable('endless', endlessIndex()),
    most: { cpu: 10 },
    send: async ({ request }) => {
      return { answer: summedUp([await request('/api/collections/a/items?bbox=-101,41,-99,42')]) };
    },
  },
];

function catalogOfLargeAreas(): string {
  const catalog = scratch('large.yaml');
  if (existsSync(catalog)) return catalog;
  const file = scratch('large.gpkg');
  const round = (i: number): Place[] => {
    const ring = Array.from({ length: vertices }, (_, n) => {
      const angle = (n / vertices) * 2 * Math.PI;
      return at(0.5 + Math.cos(angle) / (3 + i / 100), 0.5 + Math.sin(angle) / 3);
    });
    return [...ring, ring[0] as Place];
  };
  const layer = { table: 'large', title: 'Large areas', idColumn: 'id' };
  const all = Array.from({ length: areas }, (_, i) => ({ id: `${i}`, name: `${i}`, areasqkm: 1, rings: [round(i)] }));
  writeGeoPackage(file, [{ ...layer, areas: all }]);
  writeFileSync(
    catalog,
    `rasters: { landcover: { url: ${sampleFolder}/landcover.tif } }
operations: { landcover: { type: groupedCount, rasters: [landcover] } }
areas: { large: { source: ${file}, table: large, id: id, name: name } }
`,
  );
  return catalog;
}
