import fc from 'fast-check';
import { centreCells, sharedCells, touchedCells } from '../../src/spans/area-cells.ts';
import { cellsOf, spansOf } from '../../src/spans/centre-spans.ts';
import { shareOf } from '../../src/spans/share-spans.ts';
import { touchedCellsOf, touchedSpansOf } from '../../src/spans/touched-spans.ts';
import { cellPolygons, randomPolygons } from '../random-polygons.ts';

/** Windows: some contain the polygons, some share a border with them, and some cut them. */
const windows = fc
  .tuple(fc.integer({ min: -2, max: 3 }), fc.integer({ min: -2, max: 3 }), fc.nat(16), fc.nat(16))
  .map(([firstColumn, firstRow, width, height]) => ({
    firstColumn,
    endColumn: firstColumn + width,
    firstRow,
    endRow: firstRow + height,
  }));

it('an area has as many cells as it has anywhere, and spans in the window', () => {
  fc.assert(
    fc.property(randomPolygons, windows, (random, window) => {
      const polygons = cellPolygons(random);
      expect(centreCells(polygons, window)).toEqual({
        spans: spansOf(polygons, window),
        areaCells: cellsOf(polygons),
      });
      expect(touchedCells(polygons, window)).toEqual({
        spans: touchedSpansOf(polygons, window),
        areaCells: touchedCellsOf(polygons),
      });
      expect(sharedCells(polygons, window).areaCells).toBe(shareOf(polygons));
    }),
    { numRuns: 400 },
  );
});
