import type { Rectangle } from './rectangles.ts';
import type { Spans } from './spans.ts';

/**
 * What an operation makes of the cells of an area, a rectangle at a time, in any order. Partial
 * results are plain JSON, and add up to the same answer, to the bit, however the cells were cut.
 */
export interface Accumulator<Partial> {
  /**
   * Takes the cells of the spans in a rectangle, whose views are those of the accumulator's own
   * rasters, in their order.
   */
  add(spans: Spans, rectangle: Rectangle): void;
  /** Of all cells taken so far. */
  partial(): Partial;
}
