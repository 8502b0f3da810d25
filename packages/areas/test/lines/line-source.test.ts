import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crsFromText, fromLonLat } from '@cellshed/crs';
import { type Area, openLineSource, type Position } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

const box = (west: number, south: number, east: number, north: number): Position[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const areaOf = (ring: Position[], code?: string): Pick<Area, 'polygons' | 'crs'> => {
  const crs = code === undefined ? undefined : crsFromText(code);
  const project = crs && fromLonLat(crs);
  return { polygons: [[ring.map((position) => project?.(...position) ?? position)]], crs };
};

async function open(lines: readonly (readonly Position[])[], members: object = {}) {
  const path = join(folder, 'lines.geojson');
  writeFileSync(path, JSON.stringify({ type: 'MultiLineString', coordinates: lines, ...members }));
  return openLineSource({ name: 'streams', path });
}

const lines: Position[][] = [
  [
    [178, 51],
    [179, 52],
  ],
  [
    [179.5, 51],
    [-179.5, 52],
  ],
  [
    [181, 51],
    [182, 52],
  ],
  [
    [-100, 51],
    [-99, 52],
  ],
];

it.each<[string, Position[], string | undefined, number[]]>([
  ['in longitude and latitude', box(178.2, 51, 178.8, 53), undefined, [0]],
  ['on the other side of the antimeridian', box(-179, 51, -178.5, 53), undefined, [2]],
  ['across it, cut by nothing', box(178.5, 51, -178.5, 53), undefined, [0, 1, 2]],
  ['across it, beyond 180', box(179.6, 51, 180.2, 53), undefined, [1]],
  ['told from 0 to 360', box(259, 50, 262, 53), undefined, [3]],
  ['in another CRS', box(-101, 50, -98, 53), 'EPSG:5070', [3]],
  ['in another CRS, across the antimeridian', box(178.5, 51, 181.5, 53), 'EPSG:3338', [0, 1, 2]],
  ['far from all', box(10, 51, 11, 53), undefined, []],
])('finds the lines near an area %s', async (_, ring, code, expected) => {
  const source = await open(lines);
  expect(await source.near(areaOf(ring, code))).toEqual({ lines: expected.map((i) => lines[i]) });
});

it('gives lines in a CRS of their own as they stand, and finds them by where they are', async () => {
  const crs = crsFromText('EPSG:3338');
  const project = fromLonLat(crs);
  const own = lines.slice(0, 3).map((line) => line.map((position) => project(...position)));
  const source = await open(own, { crs: { type: 'name', properties: { name: 'EPSG:3338' } } });
  expect(await source.near(areaOf(box(178.2, 51, 178.8, 53)))).toEqual({ lines: [own[0]], crs });
  expect(await source.near(areaOf(box(-179, 51, -178.5, 53)))).toEqual({ lines: [own[2]], crs });
  expect(await source.near(areaOf(box(178.5, 51, 181.5, 53), 'EPSG:3338'))).toEqual({ lines: own, crs });
});

it('leaves out no line near a pole that an area holds, whatever the area is told in', async () => {
  const near: Position[] = [
    [30, 89],
    [31, 89.5],
  ];
  const source = await open([near]);
  const cap: Position[] = [
    [0, 80],
    [90, 80],
    [180, 80],
    [-90, 80],
    [0, 80],
  ];
  expect(await source.near(areaOf(cap, 'EPSG:3413'))).toEqual({ lines: [near] });
  expect(await source.near(areaOf(cap))).toEqual({ lines: [near] });
});

it('finds lines that a long edge bulges out to', async () => {
  // An edge along a parallel that is straight in Albers lies north of the parallel in its middle.
  const north: Position[] = [
    [-96.01, 36.601],
    [-95.99, 36.601],
  ];
  const source = await open([north]);
  expect(await source.near(areaOf(box(-97.4, 36.5, -94.6, 36.6)))).toEqual({ lines: [north] });
});
