import type { MadeCatalogDocument } from '../json-documents.ts';
import { countText } from '../text/figures.ts';
import type { NamedTable } from './entries.ts';
import type { MadeCatalog, MadeRaster } from './make-catalog.ts';

/** The sentences about a catalog that was made, for people. */
export function madeText({ file, rasters, tables, leftOut }: MadeCatalog, out: string): string {
  const operations = Object.keys(file.operations);
  const [first] = rasters;
  const mended = rasters.filter(({ mend }) => mend !== undefined);
  return [
    `${out} is written: ${countText(rasters.length, 'raster')}, ${countText(tables.length, 'area table')}, ${countText(operations.length, 'operation')}. It is yours to edit.`,
    '',
    ...rasters.map((raster) => `raster ${raster.name}: ${valuesText(raster)}`),
    ...tables.map(
      (table) =>
        `areas ${table.name}: ${countText(table.count, 'area')}${placeText(table, first)}; the id is ${table.id}, ${table.nameProperty === undefined ? 'and no property looks like a name' : `the name is ${table.nameProperty}`}`,
    ),
    `operations: ${operations.join(', ')}`,
    ...leftOut.map(({ problem }) => `left out: ${problem}`),
    ...(mended.length === 0
      ? []
      : [
          '',
          `The cells of ${mended.map(({ name }) => name).join(', ')} do not align with those of ${first?.name}, so they are not counted together. These commands make files that align:`,
          ...mended.map(({ mend }) => `  ${mend}`),
        ]),
  ].join('\n');
}

/** A word on areas that cannot be counted, since they lie elsewhere. */
function placeText({ count, near }: NamedTable, raster: MadeRaster | undefined): string {
  if (near === undefined || near === count) return '';
  return near === 0 ? `, none of which lies on ${raster?.name}` : `, of which at most ${near} lie on ${raster?.name}`;
}

function valuesText({ opened, values }: MadeRaster): string {
  if (values.kind === 'numbers') return `numbers (${opened.valueType ?? opened.sampleType})`;
  const { count, isNamed, legend } = values;
  if (isNamed) return `${countText(count, 'class', 'classes')}, as its files name them`;
  const text = `${countText(count, 'value')} in some cells, taken for classes`;
  return legend ? `${text}; its files name their colours only` : `${text}; its files name none`;
}

/** The same for programs. */
export function madeJson({ file, rasters, tables, leftOut }: MadeCatalog, out: string): MadeCatalogDocument {
  return {
    catalog: out,
    rasters: rasters.map(({ name, location, values, mend }) => ({
      name,
      location,
      values: values.kind,
      legend: 'legend' in values ? Object.fromEntries(values.legend ?? []) : {},
      gdalwarp: mend ?? null,
    })),
    areas: tables.map(({ name, location, table, id, nameProperty, count }) => ({
      name,
      location,
      table: table ?? null,
      id,
      nameProperty: nameProperty ?? null,
      count,
    })),
    operations: Object.keys(file.operations),
    leftOut,
  };
}
