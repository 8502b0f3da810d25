import { childOf, type XmlElement } from '@cellshed/xml';
import { type ClassFact, colourText } from './class-fact.ts';

/** The uses of columns of GDAL's attribute table, by their numbers in the file. */
const usages = { name: 2, least: 3, leastAndMost: 5, red: 6, green: 7, blue: 8 } as const;

/** The number of the type of columns of text. */
const textType = '2';

interface Column {
  readonly name: string;
  readonly usage: number;
  readonly isText: boolean;
}

/** Reads what a `<GDALRasterAttributeTable>` says of each value. */
export function classesOfTable(table: XmlElement): Map<number, ClassFact> {
  const columns = table.children.filter(({ name }) => name === 'FieldDefn').map(columnOf);
  const at = {
    value: valueColumn(columns),
    label: labelColumn(columns),
    colours: (['red', 'green', 'blue'] as const).map((part) => columns.findIndex((one) => one.usage === usages[part])),
  };
  const rows = table.children.filter(({ name }) => name === 'Row');
  const cells = rows.map(({ children }) => children.map(({ text }) => text));
  // Without a column of values, rows are those of a linear binning.
  const first = Number(table.attributes.Row0Min ?? 0);
  const step = Number(table.attributes.BinSize ?? 1);
  const scale = colourScale(cells, at.colours);
  return new Map(
    cells.map((row, i) => {
      const value = at.value < 0 ? first + i * step : Number(row[at.value]);
      const label = row[at.label]?.trim();
      const color = at.colours.every((column) => column >= 0)
        ? colourText(at.colours.map((column) => Number(row[column]) * scale))
        : undefined;
      return [value, { ...(label && { label }), ...(color && { color }) }] as const;
    }),
  );
}

function columnOf(element: XmlElement): Column {
  const text = (name: string) => childOf(element, name)?.text ?? '';
  return { name: text('Name'), usage: Number(text('Usage')), isText: text('Type') === textType };
}

function valueColumn(columns: readonly Column[]): number {
  const byUsage = columns.findIndex(({ usage }) => usage === usages.leastAndMost || usage === usages.least);
  return byUsage >= 0 ? byUsage : columns.findIndex(({ name }) => /^(value|code)$/i.test(name));
}

/** The column of names: as the file says, else by what people call it, else the first of text. */
function labelColumn(columns: readonly Column[]): number {
  const isCalled = ({ name, isText }: Column) => isText && /name|label|class|desc|land.?cover/i.test(name);
  const ways = [({ usage }: Column) => usage === usages.name, isCalled, ({ isText }: Column) => isText];
  return ways.map((way) => columns.findIndex(way)).find((found) => found >= 0) ?? -1;
}

/** Some writers give parts of colours from 0 to 1, others from 0 to 255. */
function colourScale(cells: readonly (readonly string[])[], columns: readonly number[]): number {
  const parts = cells.flatMap((row) => columns.map((column) => row[column] ?? ''));
  return parts.some((part) => part.includes('.')) && parts.every((part) => Number(part) <= 1) ? 255 : 1;
}
