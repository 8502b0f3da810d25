import { fingerprintOf, fingerprintOfLines, type Polygons, type Position, type Ring } from '@cellshed/areas';
import { crsFromText, fromLonLat } from '@cellshed/crs';
import type { Grid } from '@cellshed/raster';
import fc from 'fast-check';
import { placeArea } from '../src/planning/place-area.ts';

const degrees = { cellWidth: 5, cellHeight: 5, width: 72, height: 36, originY: 90 };
const metres = { cellWidth: 500_000, cellHeight: 500_000, width: 80, height: 80, originX: -20e6, originY: 20e6 };
const grids: readonly Grid[] = [
  { ...degrees, crs: crsFromText('EPSG:4326'), originX: -180 },
  { ...degrees, crs: crsFromText('EPSG:4326'), originX: 0 },
  { ...metres, crs: crsFromText('EPSG:3857') },
  { ...metres, crs: crsFromText('ESRI:54009') },
  { ...metres, crs: crsFromText('EPSG:5070') },
];
const crss = [undefined, 'EPSG:3857', 'ESRI:54009'].map((name) => (name === undefined ? undefined : crsFromText(name)));

function placesOn(grid: Grid, area: { polygons: Polygons; crs: Grid['crs'] | undefined }) {
  const bounds = { firstColumn: 0, endColumn: grid.width, firstRow: 0, endRow: grid.height };
  return (['centre', 'touched', 'fraction'] as const).map((coverage) => {
    const placed = placeArea({ ...area, warnings: [] }, { grid, bounds }, { coverage, lines: undefined });
    // A sum of shares may differ in its last digits; `covered` is told in nine.
    return { ...placed, areaCells: Number(placed.areaCells.toPrecision(11)) };
  });
}

// Corners of boxes that are wide, beyond the antimeridian, or leap over it; also of what is no box.
const corner = fc.tuple(
  fc.constantFrom(-179, -130, -100, -20, 5, 60, 100, 140, 179, 200, 350),
  fc.constantFrom(-40, 10, 50),
);
const box = fc.tuple(corner, corner).map(([[west, south], [east, north]]): Position[] => [
  [west, south],
  [east, south],
  [east, north + 7],
  [west, north + 7],
]);
const ring = fc.oneof(box, fc.array(corner, { minLength: 3, maxLength: 5 }) as fc.Arbitrary<Position[]>);
const polygons = fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 });

type Open = readonly (readonly (readonly Position[])[])[];

/**
 * The same written otherwise: rings from another vertex, the other way around, rings and polygons
 * in another order.
 */
function rewritten(open: Open, choices: readonly number[]): Open {
  let used = 0;
  const choose = (n: number) => (choices[used++ % choices.length] as number) % n;
  const turned = <T>(list: readonly T[]) => {
    const start = choose(list.length);
    return [...list.slice(start), ...list.slice(0, start)];
  };
  return turned(open.map((rings) => turned(rings.map((one) => turned(choose(2) ? one : one.toReversed())))));
}

it('areas of one fingerprint have the same cells on every raster, by every coverage', () => {
  let same = 0;
  const write = (open: Open, crs: Grid['crs'] | undefined): Polygons => {
    const project = crs === undefined ? undefined : fromLonLat(crs);
    const at = ([x, y]: Position): Position => (project ? project(x, y) : [x, y]);
    return open.map((rings) => rings.map((one): Ring => [...one, one[0] as Position].map(at)));
  };
  fc.assert(
    fc.property(
      polygons,
      fc.constantFrom(...crss),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }),
      (open, crs, choices) => {
        const [one, other] = [open, rewritten(open, choices)].map((each) => ({ polygons: write(each, crs), crs }));
        if (one === undefined || other === undefined || fingerprintOf(one) !== fingerprintOf(other)) return;
        same += 1;
        for (const grid of grids) expect(placesOn(grid, one)).toEqual(placesOn(grid, other));
      },
    ),
    { numRuns: 300 },
  );
  expect(same).toBeGreaterThan(0);
});

it('lines of one fingerprint have the same cells, from whichever end and in whatever order they are written', () => {
  const place = fc.tuple(fc.integer({ min: -170, max: 170 }), fc.integer({ min: -80, max: 80 }));
  const lines = fc.array(fc.array(place, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 3 });
  const world: Polygons = [
    [
      [
        [-180, -85],
        [0, -85],
        [180, -85],
        [180, 85],
        [0, 85],
        [-180, 85],
        [-180, -85],
      ],
    ],
  ];
  const [grid] = grids as [Grid];
  const bounds = { firstColumn: 0, endColumn: grid.width, firstRow: 0, endRow: grid.height };
  const cellsOf = (some: readonly (readonly Position[])[]) =>
    placeArea({ polygons: world, warnings: [] }, { grid, bounds }, { coverage: 'centre', lines: { lines: some } })
      .spans;
  let reversed = 0;
  fc.assert(
    fc.property(lines, fc.boolean(), (one, isReversed) => {
      const other = isReversed ? one.map((line) => line.toReversed()) : one.toReversed();
      if (fingerprintOfLines({ lines: one }) === fingerprintOfLines({ lines: other }))
        expect(cellsOf(one)).toEqual(cellsOf(other));
      else reversed += 1;
    }),
    { numRuns: 300 },
  );
  expect(reversed).toBeGreaterThan(0);
});
