import { nodataFor } from '../nodata.ts';
import type { Raster, Samples } from '../raster.ts';
import { type Meaning, meaningOf } from '../sample-values.ts';
import type { Window } from '../spans.ts';
import type { SeenThrough } from './part.ts';

/** Cells that are painted from the top: what has a value keeps it. */
export interface Canvas {
  readonly samples: Samples;
  /** Cells in a row of `samples`. */
  readonly stride: number;
  /** 1 for each cell that has its value. */
  readonly painted: Uint8Array;
  /** The cells that `samples` begin with. */
  readonly window: Window;
  /** Cells of the window that have no value yet. */
  unpainted: number;
}

/**
 * Samples that let see what lies beneath: those of `meaning`, and of the others those that are no
 * number.
 */
export interface Holes {
  readonly meaning: Meaning;
  readonly notFinite: boolean;
}

/** The holes in a file; undefined: there are none. */
export function holesIn(raster: Pick<Raster, 'nodata' | 'sampleType'>, seenThrough: SeenThrough): Holes | undefined {
  if (seenThrough === 'nothing') return undefined;
  if (seenThrough === 'no data') return { meaning: meaningOf(raster), notFinite: true };
  const { value } = seenThrough;
  const { sampleType } = raster;
  return { meaning: meaningOf({ nodata: nodataFor(value, sampleType), sampleType }), notFinite: Number.isNaN(value) };
}

/**
 * Paints a window of the canvas beneath all that was painted before; `source` has its cells, row by
 * row.
 */
export function paintBeneath(canvas: Canvas, to: Window, source: Samples, holes: Holes | undefined): void {
  const { samples, stride, painted, window } = canvas;
  const { least, most } = holes?.meaning ?? { least: Number.NaN, most: Number.NaN };
  const notFinite = holes?.notFinite ?? false;
  const width = to.endColumn - to.firstColumn;
  let count = 0;
  for (let row = to.firstRow, from = 0; row < to.endRow; row++, from += width) {
    const start = (row - window.firstRow) * stride + to.firstColumn - window.firstColumn;
    for (let i = 0; i < width; i++) {
      if (painted[start + i] !== 0) continue;
      const value = source[from + i]!;
      if ((value >= least && value <= most) || (notFinite && value - value !== 0)) continue;
      samples[start + i] = value;
      painted[start + i] = 1;
      count++;
    }
  }
  canvas.unpainted -= count;
}
