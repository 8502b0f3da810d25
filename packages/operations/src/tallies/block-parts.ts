import type { Accumulator, RasterStack, Rectangle } from '@cellshed/raster';
import type { PartialResult } from '../methods.ts';
import type { BlockPart } from './placed-tally.ts';

/** Gathers each block for itself, as a pass shows one after the other. */
export function blockParts(block: RasterStack['block'], begin: () => Accumulator<PartialResult>) {
  let current:
    | { readonly row: number; readonly column: number; readonly accumulator: Accumulator<PartialResult> }
    | undefined;
  return {
    add(rectangle: Rectangle): void {
      current ??= {
        row: Math.floor(rectangle.firstRow / block.height),
        column: Math.floor(rectangle.firstColumn / block.width),
        accumulator: begin(),
      };
      current.accumulator.add(rectangle);
    },
    /** The part of the block that ends here; undefined: none of its cells was shown. */
    end(): BlockPart | undefined {
      const ended = current && { row: current.row, column: current.column, part: current.accumulator.partial() };
      current = undefined;
      return ended;
    },
  };
}
