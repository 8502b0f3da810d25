import { crsFromText } from '@cellshed/crs';
import { projectLinesToCells, projectToCells } from '../../src/grid/cell-polygons.ts';
import { UnprojectablePositionError } from '../../src/grid/cell-projector.ts';
import type { Grid } from '../../src/grid/grid.ts';
import { degrees } from '../pictures.ts';

const grid: Grid = { crs: degrees, originX: 10, originY: 50, cellWidth: 0.25, cellHeight: 0.5, width: 8, height: 4 };

describe('projectToCells', () => {
  it('counts columns from the left edge of the grid and rows from its upper edge', () => {
    const ring: [number, number][] = [
      [10, 50],
      [11, 50],
      [10.125, 49],
      [9.75, 51],
    ];
    expect(projectToCells([[ring], [ring, [[10.5, 48]]]], grid)).toEqual([
      [Float64Array.of(0, 0, 4, 0, 0.5, 2, -1, -2)],
      [Float64Array.of(0, 0, 4, 0, 0.5, 2, -1, -2), Float64Array.of(2, 4)],
    ]);
  });

  it("goes through the grid's CRS", () => {
    const albers = { ...grid, crs: crsFromText('EPSG:5070'), originX: 0, originY: 3e6, cellWidth: 30, cellHeight: 30 };
    const [[cells]] = projectToCells([[[[-96, 23]]]], albers) as [[Float64Array]];
    // The origin of EPSG:5070 is at 96° west, 23° north.
    expect(cells[0]).toBeCloseTo(0, 6);
    expect(cells[1]).toBeCloseTo(100_000, 6);
  });

  it('names the position that the CRS has no place for', () => {
    const mercator = { ...grid, crs: crsFromText('EPSG:3857') };
    const polygons: [number, number][][][] = [
      [[[0, 0]]],
      [
        [[0, 0]],
        [
          [1, 2],
          [3, 90],
        ],
      ],
    ];
    expect(() => projectToCells(polygons, mercator)).toThrow(UnprojectablePositionError);
    expect(() => projectToCells([[[[Number.POSITIVE_INFINITY, 0]]]], grid)).toThrow('position [Infinity, 0]');
    expect(() => projectToCells(polygons, mercator)).toThrow(
      'position [3, 90] (polygon 1, ring 1, position 1) cannot be projected to EPSG:3857',
    );
  });
});

describe('projectLinesToCells', () => {
  it('counts cells as projectToCells does, and names the position that the CRS has no place for', () => {
    const line: [number, number][] = [
      [10, 50],
      [9.75, 51],
    ];
    expect(projectLinesToCells([line, []], grid)).toEqual([Float64Array.of(0, 0, -1, -2), new Float64Array()]);
    expect(() => projectLinesToCells([line, [[3, 90]]], { ...grid, crs: crsFromText('EPSG:3857') })).toThrow(
      'position [3, 90] (line 1, position 0) cannot be projected to EPSG:3857',
    );
  });
});
