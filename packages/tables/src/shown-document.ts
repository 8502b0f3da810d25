import { labelOf } from '@cellshed/catalog';
import { type ResultDocument, rastersByRole } from '@cellshed/contracts';
import { measured } from './measured.ts';
import { rasterNames } from './raster-columns.ts';
import { type Source, sourcesOf } from './sources.ts';
import type { Names } from './tabled-operation.ts';

/** A result that can be read alone: with what the catalog says of its rasters and values now. */
export type ShownDocument = ResultDocument & {
  /** The values of the operation's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The units of averages and statistics. */
  readonly units?: string;
  readonly sources: readonly Source[];
};

/**
 * A result with names: the labels of each group in the order of its values (null: the legend has
 * none), square metres, per cent, units, and its rasters as sources. Members of the result stay as
 * they are.
 */
export function shownDocument(result: ResultDocument, names: Names): ShownDocument {
  const document = measured(result);
  const units = unitsOf(document, names);
  const { parameters } = rasterNames(document, names);
  return {
    ...document,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...('groups' in document && { groups: document.groups.map((group) => shownGroup(group, document, names)) }),
    ...('classes' in document && { classes: document.classes.map((one) => shownClass(one, document, names)) }),
    ...('summaries' in document && {
      summaries: document.summaries.map((one) => ({ ...one, ...rasterUnits(one.raster, names) })),
    }),
    ...(units !== undefined && { units }),
    sources: sourcesOf([document], names),
  } as ShownDocument;
}

type Group = Extract<ResultDocument, { readonly groups: unknown }>['groups'][number];

function shownGroup(group: Group, document: ResultDocument, { rasters }: Names) {
  const labels = group.values.map((value, i) => {
    const known = rasters.get(document.rasters[i] as string);
    return known && known.legend.size > 0 ? (labelOf(known, value) ?? null) : null;
  });
  const { values, ...figures } = group;
  const hasLabels = labels.some((label) => label !== null);
  return { values, ...(hasLabels && { labels }), ...figures };
}

type Change = Extract<ResultDocument, { readonly classes: unknown }>;

function shownClass({ value, ...figures }: Change['classes'][number], { rasters }: Change, names: Names) {
  const known = rasters.flatMap((raster) => names.rasters.get(raster) ?? []).find(({ legend }) => legend.size > 0);
  return { value, ...(known && { label: labelOf(known, value) ?? null }), ...figures };
}

/** The units of the figures of one raster: of the target, or of what is described. */
function unitsOf(document: ResultDocument, names: Names): string | undefined {
  const { target } = rastersByRole(document);
  if (target !== undefined) return rasterUnits(target, names).units;
  return 'mean' in document ? rasterUnits(document.rasters[0] as string, names).units : undefined;
}

function rasterUnits(raster: string, { rasters }: Names): { readonly units?: string } {
  const units = rasters.get(raster)?.units;
  return units === undefined ? {} : { units };
}
