import type { Definition } from '@catchment/catalog';
import type { Accumulator, Raster } from '@catchment/raster';
import type { Static, TObject, TProperties } from 'typebox';
import type { Coverage } from '../request.ts';

/** How operations of one type are done. */
export interface Method<Own extends Definition, Partial, Members extends TProperties> {
  /** Empty: the type has a rule of its own for which cells lie in an area. */
  readonly coverages: readonly Coverage[];
  /** Takes the cells of one area; the rasters are those of `rastersOf`, in that order. */
  accumulator(rasters: readonly Raster[], definition: Own): Accumulator<Partial>;
  /** The parts as one, the same in whatever order they come. */
  merge(parts: Iterable<Partial>): Partial;
  /** What all parts come to: the members of the result document that are the type's own. */
  describe(total: Partial, definition: Own, coverage: Coverage): Static<TObject<Members>> & Cells;
  /** The schemas of these members. */
  readonly members: Members;
}

export interface Cells {
  /** Cells of the area that lie on at least one of the rasters, those in part by their share. */
  readonly cells: number;
}
