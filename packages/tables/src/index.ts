export { type AnswerProperties, type AnswerProperty, answerProperties } from './answer-properties.ts';
export { type AnswerTable, answerTable, type TabledArea } from './answer-table.ts';
export type { Column, Row, TableRow, Value } from './columns.ts';
export { type TableFormat, type TableFormatName, type TableToWrite, tableFormats } from './formats.ts';
export { writeGeoPackage } from './geopackage.ts';
export { namesVersion } from './names-version.ts';
export type { Names, TabledOperation } from './shape.ts';
export { type ShownDocument, shownDocument } from './shown-document.ts';
export { provenanceOf, type Source, sourcesOf } from './sources.ts';
