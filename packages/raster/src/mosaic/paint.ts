import type { Window } from '../grid/window.ts';
import { nodataFor } from '../tiles/nodata.ts';
import type { Raster } from '../tiles/raster.ts';
import { type Meaning, meaningOf } from '../tiles/sample-values.ts';
import type { Samples } from '../tiles/samples.ts';
import type { SheetHoles } from './sheet.ts';

/** Cells that are painted from the top: a cell with a value keeps it. */
export interface Canvas {
  readonly samples: Samples;
  /** The number of cells in a row of `samples`. */
  readonly stride: number;
  /** 1 for each cell that has a value. */
  readonly painted: Uint8Array;
  /** The window of the first cells in `samples`. */
  readonly window: Window;
  /** The number of cells in the window without a value. */
  unpainted: number;
}

/** Samples of a file that are no values. */
export interface Holes {
  readonly meaning: Pick<Meaning, 'least' | 'most'>;
  /** Whether NaN and infinities are holes. */
  readonly notFinite: boolean;
  /**
   * The value that holes paint over the files beneath; undefined: the files beneath are visible.
   */
  readonly hiding: number | undefined;
}

/** The holes of a file; undefined: all its samples are taken as they are. */
export function holesIn(
  raster: Pick<Raster, 'nodata' | 'sampleType'>,
  holes: SheetHoles,
  fill: number,
): Holes | undefined {
  if (holes === 'none') return undefined;
  if (holes === 'open' || holes === 'hiding')
    return { meaning: meaningOf(raster), notFinite: true, hiding: holes === 'hiding' ? fill : undefined };
  const { value } = holes;
  const { sampleType } = raster;
  const meaning = meaningOf({ nodata: nodataFor(value, sampleType), sampleType });
  return { meaning, notFinite: Number.isNaN(value), hiding: undefined };
}

const withoutHoles: Holes = {
  meaning: { least: Number.NaN, most: Number.NaN },
  notFinite: false,
  hiding: undefined,
};

/**
 * Paints a window of the canvas beneath everything that was painted before; `source` has its cells,
 * row by row.
 */
export function paintBeneath(canvas: Canvas, to: Window, source: Samples, holes: Holes = withoutHoles): void {
  const { samples, stride, painted, window } = canvas;
  const { meaning, notFinite, hiding } = holes;
  const { least, most } = meaning;
  const width = to.endColumn - to.firstColumn;
  let count = 0;
  for (let row = to.firstRow, from = 0; row < to.endRow; row++, from += width) {
    const start = (row - window.firstRow) * stride + to.firstColumn - window.firstColumn;
    for (let i = 0; i < width; i++) {
      if (painted[start + i] !== 0) continue;
      const value = source[from + i]!;
      const isHole = (value >= least && value <= most) || (notFinite && value - value !== 0);
      if (isHole && hiding === undefined) continue;
      samples[start + i] = isHole ? hiding! : value;
      painted[start + i] = 1;
      count++;
    }
  }
  canvas.unpainted -= count;
}
