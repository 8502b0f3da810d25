import { writeFileSync } from 'node:fs';
import { writeConstantRaster } from '../../test/constant-raster.ts';
import { type Answer, summedUp } from '../attacker.ts';
import type { RequestAttack } from '../row.ts';
import { scratch } from '../scratch.ts';
import { at, type Place, polygon, square } from '../shapes.ts';

const area = 'huc12/990101010101';

/** Small requests that have large results, or many. */
export const resultAttacks: readonly RequestAttack[] = [
  {
    name: '100 by 100',
    about: 'one area a hundred times by one operation a hundred times',
    send: async ({ execute }) => {
      const inputs = { areas: Array(100).fill(area), operations: Array(100).fill('slope') };
      return { answer: summedUp([await execute('multi', inputs)]) };
    },
  },
  {
    name: 'quantiles',
    about: 'one area a hundred times by statistics with a hundred quantiles, a hundred times',
    send: async ({ execute }) => {
      const operations = Array.from({ length: 100 }, (_, n) => ({
        operation: 'elevation_statistics',
        quantiles: Array.from({ length: 100 }, (_, i) => Number(((i + n / 100) / 101).toFixed(5))),
      }));
      return { answer: summedUp([await execute('multi', { areas: Array(100).fill(area), operations })]) };
    },
  },
  {
    name: 'thousand operations',
    about: 'one area by a thousand operations on the same raster, each in its own way: 90 million cells are counted',
    // 1,000 results stay in the cache.
    most: { cpu: 10, redis: 16 },
    send: async ({ execute }) => {
      const operations = Array.from({ length: 1000 }, (_, i) => ({
        ...{ operation: 'elevation_statistics', quantiles: [i / 1000] },
      }));
      return { answer: summedUp([await execute('multi', { areas: [area], operations })]) };
    },
  },
  {
    name: 'the same again',
    about: 'a hundred small requests for ten areas by ten operations each',
    most: { cpu: 20 },
    send: async ({ execute }) => {
      const answers: Answer[] = [];
      for (let i = 0; i < 100; i++) {
        const inputs = { areas: Array(10).fill(area), operations: Array(10).fill('slope') };
        answers.push(await execute('multi', inputs));
      }
      return { answer: summedUp(answers) };
    },
  },
  {
    name: 'drawn anew',
    about: '300 areas, each drawn a little further on: nothing is ever cached',
    most: { cpu: 30 },
    send: async ({ execute }) => {
      const answers: Answer[] = [];
      for (let i = 0; i < 300; i++)
        answers.push(await execute('landcover', { area: square(0.3 + i / 1000, 0.3, 0.01) }));
      return { answer: summedUp(answers) };
    },
  },
  {
    name: 'countries',
    about:
      '40 rectangles over a raster of 105 million cells, each drawn a little smaller, where a client may have 500 million counted',
    catalog: catalogOfCountry,
    env: { CLIENT_CELLS_PER_HOUR: '500000000' },
    most: { cpu: 12 },
    send: async ({ execute }) => {
      const asked = Array.from({ length: 40 }, (_, i) => execute('cover', { area: country(i), crs: 'EPSG:5070' }));
      const answers = await Promise.all(asked);
      const counted = answers.filter(({ ended }) => ended === 'successful').length;
      return { answer: summedUp(answers), costs: [{ what: 'counted', value: counted, unit: 'of 40', most: 5 }] };
    },
  },
  {
    name: 'lines from behind',
    about: '20 lines, then each from its other end: who asks first must not decide what the others get',
    seconds: 60,
    most: { cpu: 10 },
    send: async ({ execute }) => {
      const lines = Array.from({ length: 20 }, (_, i) => [at(0.2, i / 40), at(0.7, 0.5 + i / 50)]);
      const ask = (coordinates: unknown) =>
        execute('landcover_lines', { area: wide, lines: { type: 'LineString', coordinates } });
      const answers: Answer[] = [];
      for (const line of lines) {
        answers.push(await ask(line));
        answers.push(await ask(line.toReversed()));
      }
      const taken = answers.filter(({ cache }, i) => i % 2 === 1 && cache === 'hit').length;
      const what = 'lines answered by their reverse';
      return { answer: summedUp(answers), costs: [{ what, value: taken, unit: 'of 20', most: 0 }] };
    },
  },
];

const wide = polygon([at(0.1, 0), at(0.9, 0), at(0.9, 1), at(0.1, 1)]);

const country = (i: number) => {
  const [low, high] = [30 * (i + 1), 30 * (10_240 - i)];
  return polygon([
    [low, low],
    [high, low],
    [high, high],
    [low, high],
  ] as Place[]);
};

/** A raster of 10,240 by 10,240 cells. */
function catalogOfCountry(): string {
  writeConstantRaster(scratch('country.tif'), { across: 20, down: 20, originX: 0, originY: 307_200, value: 1 });
  const catalog = scratch('country.yaml');
  writeFileSync(
    catalog,
    `rasters: { country: { url: ${scratch('country.tif')} } }
operations: { cover: { type: groupedCount, rasters: [country] } }
`,
  );
  return catalog;
}
