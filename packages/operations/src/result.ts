import { addCounts, type GroupedCounts } from '@catchment/raster';
import Type, { type Static } from 'typebox';

/** Of the result documents in caches: raise it when their shape or meaning changes. */
export const resultSchemaVersion = 1;

/** What a client gets for a grouped count. */
export const GroupedCountResult = Type.Object(
  {
    operation: Type.String(),
    /** `table/id`, or `drawn/` and the fingerprint of the geometry. */
    area: Type.String(),
    /** Their names; the values of a group are in this order. */
    rasters: Type.Array(Type.String()),
    coverage: Type.Literal('centre'),
    /** Square metres; absent where the CRS has no constant one. */
    cellArea: Type.Optional(Type.Number()),
    /** Cells of the area that lie on at least one of the rasters. */
    cells: Type.Integer(),
    /** Their share of all cells of the area. */
    covered: Type.Number({ minimum: 0, maximum: 1 }),
    /** Ascending by values; null is no data, and comes last. */
    groups: Type.Array(
      Type.Object({ values: Type.Array(Type.Union([Type.Number(), Type.Null()])), cells: Type.Integer() }),
    ),
    /** Sentences about the area, such as that a ring crosses itself. */
    warnings: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'GroupedCountResult' },
);
export type GroupedCountResult = Static<typeof GroupedCountResult>;

/** What is known of a result before anything is counted. Plain JSON. */
export interface ResultFrame {
  readonly known: Omit<GroupedCountResult, 'cells' | 'covered' | 'groups' | 'warnings'>;
  readonly warnings: readonly string[];
  /** Cells of the area, on rasters or not. */
  readonly areaCells: number;
  /** Of an area so small that it holds no cell's centre: whether it lies where the rasters are. */
  readonly onRasters: boolean;
}

/** Adds up partial counts into the result document. The order of the parts does not matter. */
export function resultDocument(frame: ResultFrame, parts: Iterable<GroupedCounts>): GroupedCountResult {
  const { cells, groups } = addCounts(parts);
  const { known, warnings, areaCells, onRasters } = frame;
  return {
    ...known,
    cells,
    covered: areaCells > 0 ? cells / areaCells : Number(onRasters),
    groups,
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  };
}
