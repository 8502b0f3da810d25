import { crsFromText } from '@cellshed/crs';
import type { Grid } from '../../src/grid/grid.ts';
import { MisalignedRastersError, stackRasters } from '../../src/stack/stack.ts';
import type { Raster } from '../../src/tiles/raster.ts';
import type { Tiling } from '../../src/tiles/tiles.ts';
import { degrees, digits, rasterOf } from '../pictures.ts';

const nlcd = named('nlcd', {});

function named(name: string, grid: Partial<Grid>, tiling: Partial<Tiling> = {}): Raster {
  const raster = rasterOf({ name, rows: digits('0') });
  const albers: Grid = {
    crs: crsFromText('EPSG:5070'),
    originX: -2_493_045,
    originY: 3_310_005,
    cellWidth: 30,
    cellHeight: 30,
    width: 1000,
    height: 800,
  };
  return { ...raster, grid: { ...albers, ...grid }, tiling: { ...raster.tiling, ...tiling } };
}

describe('stackRasters', () => {
  it('lays rasters of other extents on the lattice of the first', () => {
    const soil = named('soil', { originX: -2_493_045 - 300, originY: 3_310_005 - 60, width: 500, height: 900 });
    const stack = stackRasters([nlcd, soil]);
    expect(stack.grid).toBe(nlcd.grid);
    expect(stack.rasters).toEqual([
      { raster: nlcd, column: 0, row: 0 },
      { raster: soil, column: -10, row: 2 },
    ]);
    expect(stack.bounds).toEqual({ firstColumn: -10, endColumn: 1000, firstRow: 0, endRow: 902 });
  });

  it('takes the rounding of doubles and of coordinates in text for aligned', () => {
    const third = 1 / 10_800;
    const lattice = named('a', { crs: degrees, originX: -93.000_555_555_6, cellWidth: third, width: 10_812 });
    const rounded = named('b', {
      crs: degrees,
      originX: -93.000_555_555_55,
      cellWidth: 9.2592592593e-5,
      width: 10_812,
    });
    expect(stackRasters([lattice, rounded]).rasters[1]).toMatchObject({ column: 0, row: 0 });
  });

  it.each<[string, Partial<Grid>, string]>([
    ['shifted by a centimetre to the right', { originX: -2_493_045 + 0.01 }, 'their cells do not coincide'],
    ['shifted by a centimetre upwards', { originY: 3_310_005 + 0.01 }, 'their cells do not coincide'],
    ['shifted by half a cell', { originX: -2_493_030 }, 'their cells do not coincide'],
    ['of which only the left edge is off', { originX: -2_493_044, cellWidth: 29.999 }, 'their cells do not coincide'],
    ['with wider cells', { cellWidth: 60 }, 'their cells do not coincide'],
    ['with higher cells', { cellHeight: 10 }, 'their cells do not coincide'],
    ['with cells that drift by a tenth of one over the raster', { cellWidth: 30.003 }, 'their cells do not coincide'],
    ['in another CRS', { crs: crsFromText('EPSG:3857') }, 'their CRS differs'],
  ])('refuses a raster %s, naming both rasters and both grids', (_, grid, reason) => {
    const soil = named('soil', grid);
    expect(() => stackRasters([nlcd, nlcd, soil])).toThrow(MisalignedRastersError);
    expect(() => stackRasters([nlcd, soil])).toThrow(
      new RegExp(`^rasters nlcd and soil do not align, ${reason}: nlcd has .*EPSG:5070.*; soil has .*`),
    );
  });

  it('refuses to stack nothing', () => {
    expect(() => stackRasters([])).toThrow('a stack needs at least one raster');
  });

  it.each<[string, Partial<Tiling>, object]>([
    ['a tile of 512 is a block', { width: 512, height: 512, across: 47, down: 40 }, { width: 512, height: 512 }],
    ['a larger tile too', { width: 2048, height: 1024, across: 3, down: 3 }, { width: 2048, height: 1024 }],
    ['tiles of 128 make blocks of 16', { width: 128, height: 128, across: 47, down: 40 }, { width: 512, height: 512 }],
    ['nearly enough makes a wide block', { width: 500, height: 500, across: 9, down: 9 }, { width: 1000, height: 500 }],
    ['flat tiles make square blocks', { width: 256, height: 16, across: 99, down: 99 }, { width: 512, height: 512 }],
    ['strips make higher blocks', { width: 24_000, height: 1, across: 1, down: 20_000 }, { width: 24_000, height: 16 }],
    ['a small raster is a block', { width: 256, height: 256, across: 1, down: 1 }, { width: 256, height: 256 }],
    ['a low one is a wide block', { width: 64, height: 64, across: 100, down: 2 }, { width: 2048, height: 128 }],
  ])('%s', (_, tiling, block) => {
    expect(stackRasters([named('nlcd', {}, tiling)]).block).toEqual(block);
  });

  describe('where longitudes repeat', () => {
    const at = (name: string, originX: number, width: number) =>
      named(name, { crs: degrees, originX, originY: 90, cellWidth: 0.5, cellHeight: 0.5, width, height: 360 });
    const columns = (...rasters: Raster[]) => stackRasters(rasters).rasters.map(({ column }) => column);

    it('lays a raster where its places are, in whatever longitudes it is told', () => {
      expect(columns(at('world', -180, 720), at('fiji', 190, 20))).toEqual([0, 20]);
      expect(columns(at('world', 0, 720), at('usa', -125, 120))).toEqual([0, 470]);
      expect(columns(at('usa', -125, 120), at('world', 0, 720))).toEqual([0, -470]);
      expect(columns(at('usa', -125, 120), at('same', 235, 120))).toEqual([0, 0]);
      expect(columns(at('fiji', 170, 40), at('samoa', -175, 20))).toEqual([0, 30]);
      expect(columns(at('europe', -10, 80), at('africa', -20, 140))).toEqual([0, -20]);
    });

    it('refuses rasters one of which lies on both sides of the other', () => {
      const refusal =
        (...rasters: Raster[]) =>
        () =>
          stackRasters(rasters);
      const sentence =
        /^rasters a and b do not align, their longitudes are cut at other meridians, .*: a has .*; b has /;
      expect(refusal(at('a', -180, 720), at('b', 0, 720))).toThrow(sentence);
      expect(refusal(at('a', -180, 720), at('b', 170, 40))).toThrow(sentence);
      expect(refusal(at('a', -10, 40), at('b', 0, 720))).toThrow(sentence);
    });

    it('lays rasters with a column twice on each other', () => {
      expect(columns(at('a', -180.25, 721), at('b', -180.25, 721))).toEqual([0, 0]);
    });
  });
});
