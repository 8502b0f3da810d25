import { summedUp } from '../attacker.ts';
import type { RequestAttack } from '../row.ts';
import { at, comb, entangled, features, onOneLine, type Place, polygon, square, zigzag } from '../shapes.ts';

/** A comb as high as a continent beside the rasters. */
function beside(i: number) {
  const teeth = Array.from({ length: 20 }, (_, n): Place => [-90 + n + i / 100, n % 2 ? 15 : 65]);
  return polygon([...teeth, [-60, 10]]);
}

/** Areas and lines that are small to send and much work to look at. */
export const areaAttacks: readonly RequestAttack[] = [
  {
    name: 'comb',
    about: 'a join with lines of a comb of 700 teeth and a zigzag line of 700 turns',
    send: async ({ execute }) => {
      return { answer: summedUp([await execute('landcover_lines', { area: comb(700), lines: zigzag(700) })]) };
    },
  },
  {
    name: 'two combs',
    about: 'two joins with lines at once, each of 94 kB, which are dismissed after two seconds; then a usual request',
    send: async ({ request, execute }) => {
      const body = { inputs: { area: comb(1500), lines: zigzag(1500) } };
      const asked = [0, 1].map(() => request('/api/processes/landcover_lines/execution', { method: 'POST', body }));
      const jobs = (await Promise.all(asked)).map(({ text }) => JSON.parse(text).jobID as string | undefined);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await Promise.all(jobs.map((job) => job && request(`/api/jobs/${job}`, { method: 'DELETE' })));
      return { answer: `then another: ${summedUp([await execute('landcover', { area: square(0.5, 0.5) })])}` };
    },
  },
  {
    name: 'collinear',
    about: 'seven areas whose 1,400 edges all lie on one line, to and fro',
    send: async ({ execute }) => {
      const areas = Array.from({ length: 7 }, (_, i) => onOneLine(1400, i + 1));
      return { answer: summedUp([await execute('landcover_soil_many', { areas: features(areas) })]) };
    },
  },
  {
    name: 'entangled',
    about: 'twelve areas of 1,000 random edges, each of which crosses nearly all others',
    send: async ({ execute }) => {
      const areas = Array.from({ length: 12 }, (_, i) => entangled(1000, i + 1));
      return { answer: summedUp([await execute('landcover_soil_many', { areas: features(areas) })]) };
    },
  },
  {
    name: 'beside, touched',
    about: '40 combs as high as a continent beside the rasters, all cells that they touch',
    send: async ({ execute }) => {
      const areas = features(Array.from({ length: 40 }, (_, i) => beside(i)));
      return { answer: summedUp([await execute('landcover_soil_many', { areas, coverage: 'touched' })]) };
    },
  },
  {
    name: 'beside, fraction',
    about: 'the same by the share of each cell',
    send: async ({ execute }) => {
      const areas = features(Array.from({ length: 40 }, (_, i) => beside(i)));
      return { answer: summedUp([await execute('landcover_soil_many', { areas, coverage: 'fraction' })]) };
    },
  },
  {
    name: 'teeth, fraction',
    about: 'a comb of 5,000 teeth over the whole raster, by the share of each cell',
    send: async ({ execute }) => {
      return { answer: summedUp([await execute('landcover', { area: comb(5000), coverage: 'fraction' })]) };
    },
  },
  {
    name: 'holes',
    about: 'a polygon with 10,000 holes',
    send: async ({ execute }) => {
      const hole = (i: number) => square((i % 100) / 100, Math.floor(i / 100) / 100).coordinates[0] as Place[];
      const shell = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
      const area = polygon(shell, ...Array.from({ length: 10_000 }, (_, i) => hole(i)));
      return { answer: summedUp([await execute('landcover', { area })]) };
    },
  },
  {
    name: 'nested holes',
    about: 'a multipolygon of 3,000 squares, each within the one before',
    send: async ({ execute }) => {
      const squares = Array.from({ length: 3000 }, (_, i) => square(i / 10_000, i / 10_000, 1 - i / 5000).coordinates);
      return {
        answer: summedUp([await execute('landcover', { area: { type: 'MultiPolygon', coordinates: squares } })]),
      };
    },
  },
  {
    name: 'many areas',
    about: '5,000 small areas in one request',
    send: async ({ execute }) => {
      const areas = Array.from({ length: 5000 }, (_, i) => square((i % 71) / 71, Math.floor(i / 71) / 71));
      return { answer: summedUp([await execute('landcover_soil_many', { areas: features(areas) })]) };
    },
  },
  {
    name: 'long lines',
    about: 'a line of 3,000 turns over the whole raster, in the largest area of the sample',
    send: async ({ execute }) => {
      const inputs = { area: 'huc8/99010101', lines: zigzag(3000) };
      return { answer: summedUp([await execute('landcover_lines', inputs)]) };
    },
  },
  {
    name: 'around the world',
    about: 'polygons in projected coordinates and in latitudes that have no place',
    send: async ({ execute }) => {
      const far = polygon([
        [-1e7, -1e7],
        [1e15, -1e7],
        [1e15, 1e15],
        [-1e7, 1e15],
      ] as Place[]);
      const flat = polygon([
        [-180, -90],
        [180, -90],
        [180, 90],
        [-180, 90],
      ] as Place[]);
      const asked = [
        execute('landcover', { area: far, crs: 'EPSG:5070', coverage: 'touched' }),
        execute('landcover', { area: flat, coverage: 'touched' }),
        execute('landcover', { area: flat, coverage: 'fraction' }),
      ];
      return { answer: summedUp(await Promise.all(asked)) };
    },
  },
];
