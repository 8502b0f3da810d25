import { file, nodata, one, type Recipe, tiles, wide } from './recipe.ts';
import { type Cells, cellsImage, placed, type Tag, writeTiff } from './tiff-writer.ts';

const isPoint: Tag = [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 2, 3072, 0, 1, 32_633]];
const scaled = (x: number, y: number, tie: readonly number[] = [0, 0]): Tag[] => [
  [33550, 'double', [x, y, 0]],
  [33922, 'double', [...tie, 0, 500_000, 5_000_000, 0]],
];
/** A file with a matrix, without scale and tie point. */
const matrix = (cells: Partial<Cells>, [a, b, c, d]: readonly number[], tags: readonly Tag[] = []): Recipe => {
  const geoKeys = placed[2] as Tag;
  const rows = [a!, b!, 0, 500_000, c!, d!, 0, 5_000_000, 0, 0, 0, 0, 0, 0, 0, 1];
  const image = cellsImage({
    ...one,
    ...cells,
    tags: [geoKeys, [34264, 'double', rows], ...tags, ...(cells.tags ?? [])],
  });
  return { files: { '.tif': writeTiff([image], cells) } };
};

export const grids: Record<string, Recipe> = {
  'rows upwards': matrix({}, [30, 0, 0, 20]),
  'rows upwards, cells as points': matrix({}, [30, 0, 0, 20], [isPoint]),
  'rows downwards, cells as points': matrix({}, [30, 0, 0, -20], [isPoint]),
  'rows upwards, tiles': matrix(tiles, [30, 0, 0, 20]),
  'rows upwards, tiles, sparse': matrix({ ...tiles, sparse: [0, 4, 5], tags: [nodata('7')] }, [30, 0, 0, 20]),
  'rows upwards, tiles of all rows': matrix(
    { tile: [16, 16], bands: [[...wide(), ...wide()].slice(0, 32)] },
    [30, 0, 0, 20],
  ),
  'rows upwards, strips': matrix({ rowsPerStrip: 3 }, [30, 0, 0, 20]),
  'rows upwards, strips of a row': matrix({ rowsPerStrip: 1, bigEndian: true, bits: 16 }, [30, 0, 0, 20]),
  'a negative height of cells': file({ tags: scaled(30, -20) }),
  'a negative height of cells as points': file({ tags: [...scaled(30, -20), isPoint] }),
  'tied elsewhere': file({ tags: scaled(30, 20, [2, 3]) }),
  'tied elsewhere, cells as points': file({ tags: [...scaled(30, 20, [2, 3]), isPoint] }),
  'what rounding left of a rotation': matrix({}, [30, 1e-12, -1e-12, -20]),
};
