export { type LoadOptions, loadCatalog } from './catalog.ts';
export { CatalogError, type Problem } from './catalog-error.ts';
export { catalogText } from './catalog-text.ts';
export { choicesOf, definitionOf, everyRasterOf, fillIn } from './definition.ts';
export {
  type Catalog,
  type CatalogAreaTable,
  type CatalogLines,
  type CatalogOperation,
  type CatalogRaster,
} from './entries.ts';
export { colorOf, labelOf } from './legend.ts';
export { type AreasOptions, type OpenAreas, openAreas } from './open-areas.ts';
export { type OpenLevels, openLevels } from './open-levels.ts';
export { type OpenLines, openLines } from './open-lines.ts';
export { misalignments, type OpenOptions, type OpenRasters, openCatalogRaster, openRasters } from './open-rasters.ts';
export { type ReadingOptions } from './reading.ts';
export {
  AreaTableEntry,
  CatalogFile,
  LegendClass,
  LinesEntry,
  OperationEntry,
  ParameterEntry,
  RasterEntry,
} from './schema.ts';
