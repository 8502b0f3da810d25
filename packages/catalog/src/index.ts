export {
  type Catalog,
  type CatalogAreaTable,
  type CatalogLines,
  type CatalogOperation,
  type CatalogRaster,
  loadCatalog,
} from './catalog.ts';
export { CatalogError, type Problem } from './catalog-error.ts';
export { choicesOf, definitionOf, everyRasterOf, rastersOf, renameRasters } from './definition.ts';
export { colorOf, labelOf } from './legend.ts';
export {
  type OpenAreas,
  type OpenLines,
  type OpenOptions,
  type OpenRasters,
  openAreas,
  openLines,
  openRasters,
} from './open.ts';
export { AreaTableEntry, CatalogFile, Definition, LegendClass, OperationEntry, RasterEntry } from './schema.ts';
