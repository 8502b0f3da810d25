export {
  type Catalog,
  type CatalogAreaTable,
  type CatalogLines,
  type CatalogOperation,
  type CatalogRaster,
  type LoadOptions,
  loadCatalog,
} from './catalog.ts';
export { CatalogError, type Fault, type Problem } from './catalog-error.ts';
export { choicesOf, definitionOf, everyRasterOf, rastersOf, renameRasters } from './definition.ts';
export { colorOf, labelOf } from './legend.ts';
export {
  misalignments,
  type OpenAreas,
  type OpenLines,
  type OpenOptions,
  type OpenRasters,
  openAreas,
  openCatalogRaster,
  openLines,
  openRasters,
} from './open.ts';
export { AreaTableEntry, CatalogFile, Definition, LegendClass, OperationEntry, RasterEntry } from './schema.ts';
