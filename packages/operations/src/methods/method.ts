import type { ContractOf, Coverage, DefinitionOf, EveryResult, OperationType, ResultOf } from '@cellshed/contracts';
import type { Accumulator, Raster } from '@cellshed/raster';
import type { Lattice } from '../stacks.ts';

/** The way in which operations of one type are done: it keeps to the contract of the type. */
export interface Method<Type extends OperationType, Partial> {
  /**
   * Takes the cells of one area; the rasters are those of `rastersOf`, in that order, and stand on
   * the lattice.
   */
  accumulator(rasters: readonly Raster[], definition: DefinitionOf<Type>, lattice: Lattice): Accumulator<Partial>;
  /** The parts as one, the same in whatever order they come. */
  merge(parts: Iterable<Partial>): Partial;
  /** The cells of a result, and the members that only this type has, from all parts merged. */
  describe(total: Partial, definition: DefinitionOf<Type>, coverage: Coverage): OwnMembers<Type>;
  /**
   * Whether parts are the counts of all combinations of values: then they are also made from the
   * squares of blocks.
   */
  readonly isFromSquares?: true;
  /**
   * The part that a result was made from, so that results of areas that share no cell add up.
   * Undefined: an older result does not have all of it. Or the reason why results do not add up.
   */
  readonly partOf: ((document: ResultOf<Type>) => Partial | undefined) | { readonly whyNot: string };
}

type OwnMembers<Type extends OperationType> = Pick<EveryResult, 'cells'> &
  Pick<ResultOf<Type>, Extract<keyof ContractOf<Type>['members'], keyof ResultOf<Type>>>;
