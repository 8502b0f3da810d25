import { childOf, type XmlElement } from '@cellshed/xml';
import { classesOfTable } from './attribute-table.ts';
import { type ClassFact, colourText } from './class-fact.ts';

/**
 * Reads what an element of a band says of its values: GDAL's attribute table, names of categories
 * and colour table, in `.aux.xml` files and VRTs alike.
 */
export function classesOfBand(band: XmlElement): Map<number, ClassFact> {
  const names = childOf(band, 'CategoryNames')?.children ?? [];
  const colours = childOf(band, 'ColorTable')?.children ?? [];
  const table = childOf(band, 'GDALRasterAttributeTable');
  return united([
    new Map(names.flatMap(({ text }, value) => (text === '' ? [] : [[value, { label: text }] as const]))),
    new Map(colours.flatMap(({ attributes }, value) => coloured(value, partsOf(attributes)))),
    table ? classesOfTable(table) : new Map(),
  ]);
}

/** The colours of a palette: all reds, then all greens, then all blues, each of 16 bits. */
export function classesOfPalette(parts: ArrayLike<number>): Map<number, ClassFact> {
  const count = Math.floor(parts.length / 3);
  const partOf = (value: number, colour: number) => Math.floor((parts[colour * count + value] as number) / 256);
  const values = Array.from({ length: count }, (_, value) => value);
  const colours = [0, 1, 2] as const;
  return new Map(
    values.flatMap((value) =>
      coloured(
        value,
        colours.map((colour) => partOf(value, colour)),
      ),
    ),
  );
}

/** The facts of several sources: later ones go before earlier ones. */
export function united(sources: readonly ReadonlyMap<number, ClassFact>[]): Map<number, ClassFact> {
  const all = new Map<number, ClassFact>();
  for (const source of sources)
    for (const [value, fact] of source) if (Number.isFinite(value)) all.set(value, { ...all.get(value), ...fact });
  return new Map([...all].sort(([a], [b]) => a - b));
}

function partsOf({ c1, c2, c3 }: XmlElement['attributes']): number[] {
  return [c1, c2, c3].map(Number);
}

function coloured(value: number, parts: readonly number[]): [number, ClassFact][] {
  const color = colourText(parts);
  return color === undefined ? [] : [[value, { color }]];
}
