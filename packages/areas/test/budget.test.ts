import { budgetOf, OverBudget } from '@cellshed/budget';
import {
  fingerprintOfArea,
  fingerprintOfLines,
  type Position,
  parseArea,
  parseCrsName,
  parseLines,
} from '../src/index.ts';

const vertices = 1_000_000;
const tiny: readonly Position[] = [
  [0, 0],
  [1, 0],
  [0, 1],
  [0, 0],
];
const bowTie: readonly Position[] = [
  [0, 0],
  [1, 1],
  [0, 1],
  [1, 0],
  [0, 0],
];
const leaping: readonly Position[] = [
  [-179, 0],
  [179, 0],
  [170, 1],
  [-179, 0],
];
const some = <Item>(n: number, item: (i: number) => Item): Item[] => Array.from({ length: n }, (_, i) => item(i));
const polygon = (rings: readonly unknown[]) => ({ type: 'Polygon', coordinates: rings });
const feature = (geometry: unknown) => ({ type: 'Feature', geometry });
const collection = (features: readonly unknown[]) => ({ type: 'FeatureCollection', features });
const crs = (name: string) => ({ crs: { type: 'name', properties: { name } } });
const n = 4_000;

const metres = (i: number): Position => [1e6 + Math.round(1e5 * Math.cos(i)), 2e6 + Math.round(1e5 * Math.sin(i))];
const zigzag = some(n, (i): Position => (i % 2 ? [i, 0] : [1e5 + i, 80]).map((at) => at / 1e4) as unknown as Position);
const onDiagonal = some(n, (i): Position => (i % 2 ? [(i * Math.PI) / 1e6, 0] : [50 + i * Math.E * 1e-4, 0]));

const areas: Record<string, unknown> = {
  'many small polygons': { type: 'MultiPolygon', coordinates: some(n, () => [tiny]) },
  'many small rings': polygon(some(n, () => tiny)),
  'rings that cross at once, one on the other': polygon(some(n, () => bowTie)),
  'rings that leap over the antimeridian': polygon(some(n, () => leaping)),
  'rings of no position': polygon([tiny, ...some(n, () => [])]),
  'polygons of no ring': { type: 'MultiPolygon', coordinates: [[tiny], ...some(n, () => [])] },
  'features without geometry': collection([feature(polygon([tiny])), ...some(n, () => feature(null))]),
  'features of which each names its CRS': collection(
    some(n, () => feature({ ...polygon([tiny]), ...crs('EPSG:5070') })),
  ),
  'a ring in a projected CRS': { ...polygon([[...some(n, metres), metres(0)]]), ...crs('EPSG:27700') },
  'a ring around the world again and again': polygon([[...some(n, (i) => [[0, 170, -20][i % 3], i / n]), [0, 0]]]),
  'a comb': polygon([[...zigzag, [99, 80], zigzag[0]]]),
  'edges on one line': polygon([[...onDiagonal.map(([x]) => [x, x]), [-1, 80], onDiagonal[0]]]),
};

/** The steps of the rule for everything that a client sends: 100 million for 100 kB. */
const stepsForByte = 1_000;

describe('parsing and naming an area', () => {
  it.each(Object.entries(areas))('takes few steps for each byte: %s', (_, area) => {
    const bytes = JSON.stringify(area).length;
    const budget = budgetOf(1e12);
    const parsed = parseArea(area, { vertices, budget });
    if ('area' in parsed) fingerprintOfArea(parsed.area, budget);
    const steps = 1e12 - budget.left;
    expect(steps).toBeLessThan((stepsForByte / 4) * bytes);
    expect(steps).toBeGreaterThan(bytes);
  });

  it.each(Object.entries(areas))('ends where its budget does: %s', (_, area) => {
    expect(() => parseArea(area, { vertices, budget: budgetOf(50_000) })).toThrow(OverBudget);
  });
});

it('parsing and naming lines takes few steps for each byte, and ends where its budget does', () => {
  const lines = { type: 'MultiLineString', coordinates: some(n, () => tiny.slice(0, 2)) };
  const budget = budgetOf(stepsForByte * JSON.stringify(lines).length);
  const parsed = parseLines(lines, { vertices, budget });
  if ('lines' in parsed) fingerprintOfLines(parsed.lines, budget);
  expect(() => parseLines(lines, { vertices, budget: budgetOf(50_000) })).toThrow(OverBudget);
});

it('a CRS is looked up once, however often and in whatever way it is written', () => {
  parseCrsName('EPSG:2056');
  const budget = budgetOf(0);
  for (let i = 0; i < 100; i++) {
    expect(parseCrsName(`urn:ogc:def:crs:EPSG:${i}:2056`, budget)).toMatchObject({ crs: { name: 'EPSG:2056' } });
  }
  expect(() => parseCrsName('EPSG:2057', budget)).toThrow(OverBudget);
});
