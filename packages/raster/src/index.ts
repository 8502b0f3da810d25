export { type Network, type NetworkOptions, openNetwork } from './bytes/network.ts';
export { otherHostPattern, otherHosts } from './bytes/other-hosts.ts';
export { openRangeCache, type RangeCache, type RangeCacheOptions } from './bytes/range-cache.ts';
export type { ClassFact } from './classes/class-fact.ts';
export { IntricateAreaError } from './edges/intricate-area.ts';
export { type RasterOptions } from './files/raster-options.ts';
export type { Accumulator } from './gather/accumulator.ts';
export {
  type DescribedValue,
  describeStatistics,
  type StatisticsDocument,
  type StatisticsQuestion,
  type WeightedStatistics,
} from './gather/describe-statistics.ts';
export type { DescribedRasters } from './gather/exact-statistics.ts';
export { groupedAreaAccumulator } from './gather/grouped-area.ts';
export {
  type AveragedRasters,
  type AverageGroup,
  addAverages,
  averageOf,
  type GroupedAverages,
  groupedAverageAccumulator,
} from './gather/grouped-average.ts';
export {
  addCounts,
  countGroups,
  type Group,
  type GroupedCounts,
  type GroupedCountWork,
  groupedCountAccumulator,
} from './gather/grouped-count.ts';
export { statisticsAccumulator } from './gather/statistics.ts';
export { addStatistics, type StatisticsLimits, type StatisticsTotal } from './gather/statistics-total.ts';
export { addSummaries, type RasterSummary, summaryAccumulator } from './gather/summary.ts';
export type { Facts, FactValue } from './geotiff/geotiff-facts.ts';
export { boxOfGrid } from './grid/box-of-grid.ts';
export {
  type CellLines,
  type CellPolygons,
  projectLinesToCells,
  projectToCells,
  type ToCells,
  worldColumns,
  type XyLines,
  type XyPolygons,
} from './grid/cell-polygons.ts';
export { UnprojectablePositionError } from './grid/cell-projector.ts';
export { cellArea, describeGrid, type Grid } from './grid/grid.ts';
export { partUnder } from './grid/part-of-grid.ts';
export { type RowArea, rowAreaOf } from './grid/row-area.ts';
export { type Window } from './grid/window.ts';
export { filesOf, isPattern } from './mosaic/file-list.ts';
export { openRasterLevels } from './open-levels.ts';
export { openRaster } from './open-raster.ts';
export { rasterClasses } from './raster-classes.ts';
export { type SourceFacts, sourceFacts } from './source-facts.ts';
export {
  type AreaCells,
  cellRules,
  lineCells,
  type Placing,
} from './spans/area-cells.ts';
export { spansOf } from './spans/centre-spans.ts';
export { lineSpansOf } from './spans/line-spans.ts';
export { shareSpansOf } from './spans/share-spans.ts';
export { type Shares, type Spans, wholeCell } from './spans/spans.ts';
export { touchedSpansOf } from './spans/touched-spans.ts';
export { type BlockPlace } from './squares/count-squares.ts';
export { makeSquares } from './squares/make-squares.ts';
export { type CellNumbering, cellNumbering } from './squares/number-cells.ts';
export { packedBytes, packedHeadBytes, packSquares, unpackSquares } from './squares/pack-squares.ts';
export { type SquareSums, squareSums } from './squares/square-sums.ts';
export { type Squares, squaresOfNothing } from './squares/squares.ts';
export { type AreaVisit, type BlockWork, type TileWork } from './stack/area-visit.ts';
export { type Rectangle, type View } from './stack/rectangle.ts';
export { forEachRectangle, visitAreas } from './stack/rectangles.ts';
export { MisalignedRastersError, type PlacedRaster, type RasterStack, stackRasters } from './stack/stack.ts';
export { cutPlan, planTiles, type TilePlan, type TileRun, tilesIn, uniteRuns } from './stack/tile-plan.ts';
export { blocksOf, cellsOfBlocks, wholeBlocks, windowSpans, withoutBlocks } from './stack/whole-blocks.ts';
export { addCellCounts, type CellCount, cellsWithParts, countOfCells } from './sums/cell-count.ts';
export { averageByArea, type DataAreas, type WithAreas } from './sums/data-areas.ts';
export { addSums, type ExactSum, totalOf } from './sums/exact-sum.ts';
export { type ValueSum, valueSum } from './sums/value-sums.ts';
export { TooManyGroupsError } from './tables/hash-numbers.ts';
export type { Level, RasterLevels } from './tiles/levels.ts';
export type { Raster } from './tiles/raster.ts';
export type { Samples, SampleType } from './tiles/samples.ts';
export { type Places, readScattered, type ScatteredOptions } from './tiles/scattered-cells.ts';
export { someValues } from './tiles/some-values.ts';
export { openTileCache, type TileCacheOptions } from './tiles/tile-cache.ts';
export type { TileCache, Tiling } from './tiles/tiles.ts';
