import { type Cells, cellsFile, type Tag } from './tiff-writer.ts';

/** A raster of a rare kind, or one that many readers misread. */
export interface Recipe {
  /** The files by the ends of their names: `.tif` is the raster, `.tif.msk` its mask. */
  readonly files: Readonly<Record<string, Buffer | string>>;
  /** The band, from 1; by default the first. */
  readonly band?: number;
}

/** Six columns and four rows: 1 to 24. */
export const counted = Array.from({ length: 4 }, (_, y) => Array.from({ length: 6 }, (_, x) => 6 * y + x + 1));
export const one: Cells = { bands: [counted] };
export const nodata = (text: string): Tag => [42_113, 'ascii', text];
export const file = (cells: Partial<Cells>): Recipe => ({ files: { '.tif': cellsFile({ ...one, ...cells }) } });

export const tiles = { tile: [16, 16], bands: [wide()], deflate: true } as const;

/** 40 columns and 20 rows. */
export function wide(): number[][] {
  return Array.from({ length: 20 }, (_, y) => Array.from({ length: 40 }, (_, x) => (7 * x + 13 * y) % 251));
}

/** Values below a limit, in no order. */
export const pattern = (most: number) => counted.map((row) => row.map((value) => (value * 7919) % most));

export function gdalMetadata(items: string): Tag {
  return [42_112, 'ascii', `<GDALMetadata>\n${items}\n</GDALMetadata>\n`];
}
