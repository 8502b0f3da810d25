import type { Rectangle } from '../stack/rectangle.ts';

/**
 * Gathers the result of an operation from the cells of an area, one rectangle at a time, in any
 * order. Partial results are plain JSON. They add up to the same result, to the bit, however the
 * cells were cut.
 */
export interface Accumulator<Partial> {
  /**
   * Adds the cells of an area in a rectangle. Its views are those of the accumulator's own
   * rasters, in their order.
   */
  add(rectangle: Rectangle): void;
  /** The partial result of all cells so far. */
  partial(): Partial;
}
