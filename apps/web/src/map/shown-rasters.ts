import type { MappedRaster } from '../api.ts';
import type { Catalog } from '../ask/use-catalog.ts';
import type { Asked } from '../asked.ts';
import { choicesFor } from '../operations.ts';

/** A raster of a question, and what tells it from others of its series. */
export interface NamedRaster {
  readonly raster: MappedRaster;
  /** The year, for example. */
  readonly name: string;
  /** The choices that name it, by their parameters. */
  readonly choices: Readonly<Record<string, string>>;
}

type Known = Pick<Catalog, 'operation' | 'parameters' | 'mapped'>;

/** The rasters that a map shows: the one that is chosen, or what the question is about. */
export function shownRasters(asked: Pick<Asked, 'raster' | 'choices'>, catalog: Known): readonly NamedRaster[] {
  if (asked.raster === null) return [];
  if (asked.raster !== undefined) {
    const raster = catalog.mapped.find(({ id }) => id === asked.raster);
    return raster ? [named(raster, {})] : [];
  }
  const [first, second] = askedRasters(asked, catalog);
  if (!first) return [];
  // Two of one kind, such as those of two years, are to be compared.
  const isPair = second && JSON.stringify(first.raster.legend) === JSON.stringify(second.raster.legend);
  return isPair && first.raster.legend ? [first, second] : [first];
}

/**
 * The rasters of a question: those that its choices name, in the order of the parameters, then
 * those that it has always.
 */
function askedRasters(asked: Pick<Asked, 'choices'>, { operation, parameters, mapped }: Known): readonly NamedRaster[] {
  const choices = choicesFor(parameters, asked);
  const own = (operation?.rasters ?? []).flatMap(({ id }) => mapped.find((one) => one.id === id) ?? []);
  const places = (raster: MappedRaster) =>
    (raster.series ?? []).filter((one) => Object.keys(one.parameters).every((name) => name in choices));
  const chosen = Object.keys(choices).flatMap((parameter) =>
    own.flatMap((raster) =>
      places(raster)
        .filter(({ parameters: values }) => parameter in values)
        .filter(({ parameters: values }) => Object.entries(values).every(([name, value]) => choices[name] === value))
        .map(({ parameters: values }) => named(raster, values)),
    ),
  );
  const all = [...chosen, ...own.filter((raster) => places(raster).length === 0).map((raster) => named(raster, {}))];
  return all.filter(({ raster }, index) => all.findIndex((one) => one.raster === raster) === index);
}

function named(raster: MappedRaster, choices: NamedRaster['choices']): NamedRaster {
  return { raster, choices, name: Object.values(choices).join(', ') || (raster.date ?? raster.title) };
}
