import type { EveryResult } from '@catchment/contracts';

/** A group of cells; `noData` are those whose target has no data. */
interface Sized {
  readonly cells: number;
  readonly noData?: number | undefined;
  /** The true area, where it was summed. */
  readonly squareMetres?: number | undefined;
}

export interface Size {
  readonly cells: number;
  /** null: the CRS of the cells has no constant size of a cell, and areas were not summed. */
  readonly squareMetres: number | null;
}

/** The size of a result, or of one of its groups. */
export function sizeOf(document: EveryResult & Sized, group?: Sized): Size {
  const one = group ?? { cells: document.cells, squareMetres: document.squareMetres };
  const cells = one.cells + (one.noData ?? 0);
  const { cellArea } = document;
  return { cells, squareMetres: one.squareMetres ?? (cellArea === undefined ? null : cells * cellArea) };
}

/**
 * The share of a group in its result, in per cent: of the true areas where they were summed, else
 * of the cells. null: the result has no cells.
 */
export function shareOf(document: EveryResult & Sized, group: Sized): number | null {
  const [part, whole] = [sizeOf(document, group), sizeOf(document)];
  const isSummed = group.squareMetres !== undefined;
  const [own, all] = isSummed ? [part.squareMetres, whole.squareMetres] : [part.cells, whole.cells];
  return own !== null && all ? 100 * (own / all) : null;
}
