import type { ChangeResult, EveryResult, ResultDocument } from '@cellshed/contracts';

/** Cells; `noData` are others beside them, of averages and the like. */
interface Counted {
  readonly cells: number;
  readonly noData?: number | undefined;
  /** Their true areas, where these were summed. */
  readonly squareMetres?: number | undefined;
  readonly noDataSquareMetres?: number | undefined;
}

/** The size of the cells of a result, or of one of its groups. */
interface Sizes {
  /** Absent: the CRS has no constant size of a cell, and areas were not summed. */
  readonly squareMetres?: number;
  /** The size of the cells without data; absent also where there are none beside the others. */
  readonly noDataSquareMetres?: number;
}

/** The figures of a class of what has changed, each of the same kind. */
type Turnover = Omit<ChangeResult['classes'][number], 'value' | 'squareMetres'>;

/**
 * A result with the square metres of all its cells, and of its groups and classes also the per
 * cent: all that a table or a labelled document adds to its figures. It has the members of the
 * result.
 */
export function measured(document: ResultDocument): ResultDocument {
  return {
    ...document,
    ...sizesOf(document, document),
    ...('groups' in document && { groups: document.groups.map((one) => measuredGroup(one, document)) }),
    ...('classes' in document && { classes: document.classes.map((one) => measuredClass(one, document)) }),
    ...('summaries' in document && {
      summaries: document.summaries.map((one) => ({ ...one, ...sizesOf(one, document) })),
    }),
  } as ResultDocument;
}

type Whole = EveryResult & Counted;

function sizesOf({ cells, noData, squareMetres, noDataSquareMetres }: Counted, { cellArea }: Whole): Sizes {
  const [size, noDataSize] = [
    squareMetres ?? sizeOf(cells, cellArea),
    noDataSquareMetres ?? (noData === undefined ? undefined : sizeOf(noData, cellArea)),
  ];
  return {
    ...(size !== undefined && { squareMetres: size }),
    ...(noDataSize !== undefined && { noDataSquareMetres: noDataSize }),
  };
}

function sizeOf(cells: number, cellArea: number | undefined): number | undefined {
  return cellArea === undefined ? undefined : cells * cellArea;
}

/**
 * The portion of a group, with data or without, in the result: of the true areas where they were
 * summed, else of the cells.
 */
function measuredGroup(group: Counted, whole: Whole) {
  const { cells, noData = 0, squareMetres, noDataSquareMetres = 0 } = group;
  const isSummed = squareMetres !== undefined;
  const [part, all] = isSummed
    ? [squareMetres + noDataSquareMetres, whole.squareMetres]
    : [cells + noData, whole.cells];
  return { ...group, ...sizesOf(group, whole), ...(all && { percent: percentOf(part, all) }) };
}

function measuredClass(
  { value, squareMetres, ...figures }: ChangeResult['classes'][number],
  { cells, cellArea, squareMetres: all }: Whole,
) {
  const sizes = squareMetres ?? (cellArea === undefined ? undefined : each(figures, (cells) => cells * cellArea));
  const [parts, whole] = squareMetres ? [squareMetres, all] : [figures, cells];
  return {
    value,
    ...figures,
    ...(sizes && { squareMetres: sizes }),
    ...(whole && { percent: each(parts, (part) => percentOf(part, whole)) }),
  };
}

function each(figures: Turnover, change: (figure: number) => number): Turnover {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, change(figure)])) as Turnover;
}

function percentOf(part: number, whole: number): number {
  return 100 * (part / whole);
}
