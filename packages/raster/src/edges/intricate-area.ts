/**
 * The border of an area crosses so many rows of cells that counting by spans would take too much
 * memory.
 */
export class IntricateAreaError extends Error {
  override readonly name = 'IntricateAreaError';
}
