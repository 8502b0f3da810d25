import Type, { type Static } from 'typebox';
import { ResultCoverage } from './coverage.ts';
import { cellCount } from './schemas.ts';

/** The version of the result documents in caches: raise it when their shape or meaning changes. */
export const resultSchemaVersion = 1;

/** The scale and offset that a raster's file gives. */
const Scale = Type.Object({
  raster: Type.String(),
  scale: Type.Number(),
  offset: Type.Number(),
  applied: Type.Boolean(),
});

/** The members of every result that are known before anything is counted. */
export const knownMembers = {
  operation: Type.String(),
  /** `table/id`, or `drawn/` and the fingerprint of the geometry; or the name of a total. */
  area: Type.String(),
  /** The number of areas whose results were added up; absent: one area was counted. */
  areas: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The names of the rasters; the values of a group are in this order. */
  rasters: Type.Array(Type.String()),
  /** The rule by which cells were counted; `lines`: those on lines in the area. */
  coverage: ResultCoverage,
  /** Square metres; absent where the CRS has no constant one. */
  cellArea: Type.Optional(Type.Number()),
  /**
   * The rasters whose files say how samples become values in units: sample × scale + offset. Their
   * values here are in units if this was applied, else they are the samples. Absent where there are
   * none.
   */
  scales: Type.Optional(Type.Array(Scale)),
};

/** The members of every result that are counted. */
export const countedMembers = {
  /** Cells of the area on at least one of the rasters; by `fraction` each by its share. */
  cells: cellCount,
  /** The share of these among all cells of the area. */
  covered: Type.Number({ minimum: 0, maximum: 1 }),
  /** All cells of the area, where none of them is on a raster and `covered` does not tell. */
  areaCells: Type.Optional(cellCount),
};

/** The members of every result that come last. */
export const remarkMembers = {
  /** Sentences about the area, such as that a ring crosses itself. */
  warnings: Type.Optional(Type.Array(Type.String())),
};

const EveryResult = Type.Object({ ...knownMembers, ...countedMembers, ...remarkMembers });
/** The members that all results have. */
export type EveryResult = Static<typeof EveryResult>;
