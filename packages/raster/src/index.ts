export type { Accumulator } from './accumulator.ts';
export {
  type AreaCells,
  centreCells,
  lineCells,
  type Placing,
  sharedCells,
  touchedCells,
} from './area-cells.ts';
export { type CellCount, cellsWithParts } from './cell-count.ts';
export {
  type CellLines,
  type CellPolygons,
  projectLinesToCells,
  projectToCells,
  type ToCells,
  worldColumns,
  type XyLines,
  type XyPolygons,
} from './cell-polygons.ts';
export { UnprojectablePositionError } from './cell-projector.ts';
export {
  type DescribedValue,
  describeStatistics,
  type StatisticsDocument,
  type StatisticsQuestion,
  type WeightedStatistics,
} from './describe-statistics.ts';
export type { DescribedRasters } from './exact-statistics.ts';
export { type ExactSum, totalOf } from './exact-sum.ts';
export type { Facts, FactValue } from './facts/geotiff-facts.ts';
export { type SourceFacts, sourceFacts } from './facts/source-facts.ts';
export { cellArea, describeGrid, type Grid } from './grid.ts';
export {
  type AveragedRasters,
  type AverageGroup,
  addAverages,
  averageOf,
  type GroupedAverages,
  groupedAverageAccumulator,
} from './grouped-average.ts';
export {
  addCounts,
  countGroups,
  type Group,
  type GroupedCounts,
  type GroupedCountWork,
  groupedCountAccumulator,
} from './grouped-count.ts';
export { TooManyGroupsError } from './hash-numbers.ts';
export { lineSpansOf } from './line-spans.ts';
export { filesOf, isPattern } from './mosaic/file-list.ts';
export { type Network, type NetworkOptions, openNetwork } from './network.ts';
export { openRaster, type RasterOptions } from './open-raster.ts';
export { otherHostPattern, otherHosts } from './other-hosts.ts';
export { openRangeCache, type RangeCache, type RangeCacheOptions } from './range-cache.ts';
export type { Raster, Samples, SampleType, Tiling } from './raster.ts';
export {
  type AreaVisit,
  type BlockWork,
  forEachRectangle,
  type Rectangle,
  type TileWork,
  type View,
  visitAreas,
} from './rectangles.ts';
export { type S3Address, s3Address } from './s3-address.ts';
export { shareSpansOf } from './share-spans.ts';
export { IntricateAreaError, type Shares, type Spans, spansOf, type Window, wholeCell } from './spans.ts';
export { type Layer, MisalignedRastersError, type RasterStack, stackRasters } from './stack.ts';
export { statisticsAccumulator } from './statistics.ts';
export { addStatistics, type StatisticsLimits, type StatisticsTotal } from './statistics-total.ts';
export { addSummaries, type RasterSummary, summaryAccumulator } from './summary.ts';
export { openTileCache, type TileCache, type TileCacheOptions } from './tile-cache.ts';
export { cutPlan, planTiles, type TilePlan, type TileRun, tilesIn, uniteRuns } from './tile-plan.ts';
export { touchedSpansOf } from './touched-spans.ts';
export { blocksOf, cellsOfBlocks, wholeBlocks, windowSpans, withoutBlocks } from './whole-blocks.ts';
