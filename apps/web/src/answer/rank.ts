import type { AreaProperty } from '@cellshed/client';
import { words } from '../words.ts';
import { classesOf, kindOf, type LabelledDocument, labelOf, labelsOf, titleOf } from './document.ts';

/** A figure by which areas are ranked, such as the share of a class. */
export interface Measure {
  readonly label: string;
  /** The properties of areas whose sum it is. */
  readonly properties: readonly string[];
  readonly units: string | undefined;
}

/** The properties of areas that an answer gives, by their names. */
export type Properties = Readonly<Record<string, AreaProperty>>;

/** The figures of an answer by which areas can be ranked; first the one that matters most in it. */
export function measuresOf(document: LabelledDocument, properties: Properties): readonly Measure[] {
  const { sources = [], units } = document;
  const named = Object.entries(properties);
  const ofValue = (figure: string, value: number | null) =>
    named
      .filter(([, one]) => one['x-figure'] === figure && one['x-values']?.[0] === value)
      .map(([property]) => property);
  const known = (measures: readonly Measure[]) => measures.filter((one) => one.properties.length > 0);
  const plain = (property: string, label: string, itsUnits: string | undefined) =>
    known([{ label, properties: property in properties ? [property] : [], units: itsUnits }]);
  switch (kindOf(document)) {
    case 'change':
      return known(
        (document.classes ?? [])
          .filter(({ value }) => value !== null)
          .toSorted((a, b) => Math.abs(b.net) - Math.abs(a.net))
          .map((one) => {
            return { label: words.rank.net(labelOf(one)), properties: ofValue('net_percent', one.value), units: '%' };
          }),
      );
    case 'averages': {
      const { groups = [], target = '' } = document;
      if (groups[0]?.values.length === 0) return plain('average', titleOf(target, sources), units);
      const ranked = groups.filter(({ values }) => values.length === 1 && values[0] !== null);
      return known(
        ranked.map((group) => {
          const label = words.rank.averageOf(titleOf(target, sources), labelsOf(group, document).join(', '));
          return { label, properties: ofValue('average', group.values[0] ?? null), units };
        }),
      );
    }
    case 'summaries': {
      const averages = named.map(([property]) => property).filter((property) => property.endsWith('_average'));
      return (document.summaries ?? []).flatMap(({ raster, units: own }, index) => {
        const property = averages[index];
        return property === undefined ? [] : plain(property, titleOf(raster, sources), own);
      });
    }
    case 'statistics': {
      const title = titleOf(document.rasters[0] ?? '', sources);
      return ['mean', 'median'].flatMap((name) =>
        plain(name, `${title}, ${words.figures.statistics[name as 'mean']}`, sources[0]?.units),
      );
    }
    default: {
      const classes = classesOf(document).filter(({ value }) => value !== null);
      const measures = known(
        classes.map(({ label, value }) => ({ label, properties: ofValue('percent', value), units: '%' })),
      );
      return [...measures, ...families(measures)];
    }
  }
}

/** Classes whose names begin alike before a comma, as one: `Developed, Open Space` and others. */
function families(measures: readonly Measure[]): readonly Measure[] {
  const byName = Map.groupBy(measures, ({ label }) => /^([^,:]+),/.exec(label)?.[1] ?? '');
  byName.delete('');
  return [...byName]
    .filter(([, { length }]) => length > 1)
    .map(([name, own]) => ({
      ...{ label: words.rank.all(name), units: '%' },
      properties: own.flatMap(({ properties }) => properties),
    }));
}

/** An area with its answer as properties. */
export interface RankedArea {
  /** `table/id` */
  readonly area: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** An area with its figure of a measure; undefined: it is not known. */
export interface Placed {
  readonly area: string;
  readonly name: string;
  readonly figure: number | undefined;
}

/** Areas with their figures, the greatest first and those that are not known last. */
export function placed(areas: readonly RankedArea[], { properties }: Measure): readonly Placed[] {
  return areas
    .map(({ area, name, properties: own }): Placed => {
      const figures = properties.map((property) => own[property]);
      const isKnown = figures.every((one) => typeof one === 'number');
      return { area, name, figure: isKnown ? figures.reduce((sum, one) => sum + one, 0) : undefined };
    })
    .toSorted((a, b) => (b.figure ?? -Infinity) - (a.figure ?? -Infinity));
}

/** The rank of an area: 1 for the greatest figure, and the same for equal ones. */
export function rankOf(area: string, areas: readonly Placed[]): number | undefined {
  const own = areas.find((one) => one.area === area)?.figure;
  if (own === undefined) return undefined;
  return 1 + areas.filter(({ figure }) => figure !== undefined && figure > own).length;
}
