import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StatisticsFigures } from '../statistics-suite.ts';
import { digests } from './write.ts';

/** The figures that `ask.py` has had of other programs. */
interface Answers {
  readonly rasters: Readonly<Record<string, RasterAnswer>>;
  readonly areas: Readonly<Record<string, AreaAnswer>>;
  readonly aligned: Readonly<Record<string, Pick<AreaAnswer, 'centre' | 'touched' | 'fraction'>>>;
  readonly oneArea: OneArea;
  readonly statistics: StatisticsFigures;
}

export interface RasterAnswer {
  readonly origin: readonly [x: number, y: number];
  readonly cell: readonly [width: number, height: number];
  readonly size: readonly [width: number, height: number];
  readonly crs: string;
  readonly sampleType: string;
  readonly nodata: number | null;
  /** Cells that have data, and their sum. */
  readonly valid: number;
  readonly sum: number;
  /** The digest of all samples, row by row. */
  readonly digest: string;
}

export interface CellsAnswer {
  readonly cells: number;
  /** The digest of the runs of cells, as `digestOfCells` makes it. */
  readonly digest: string;
}

export interface AreaAnswer {
  readonly centre: CellsAnswer;
  readonly touched: CellsAnswer;
  /** Sums over all cells: of their shares, and of columns and rows times shares. */
  readonly fraction: Readonly<Record<'border' | 'sum' | 'columns' | 'rows' | 'area', number>>;
  readonly streams: CellsAnswer;
  /** The same of a window that cuts some of the areas: see `windowed` in `ask.py`. */
  readonly inWindow: Readonly<Record<'centre' | 'touched' | 'streams', CellsAnswer>>;
  /** Cells by `LAND,SOIL`; `nodata` stands for no data. */
  readonly landSoil: Readonly<Record<string, number>>;
}

type Figures = Readonly<
  Record<'cells' | 'sum' | 'mean' | 'standardDeviation' | 'min' | 'max' | 'median' | 'ninth' | 'variety', number>
>;

interface CoveredFigures {
  readonly cells: number;
  readonly cellsOfCode: number;
  readonly flow: Figures & { readonly noData: number };
  readonly flowOfCode: Figures;
}

/** One area for every kind of operation: `code` is a land cover in it. */
export interface OneArea {
  readonly id: string;
  readonly code: number;
  readonly centre: CoveredFigures;
  readonly touched: CoveredFigures;
  readonly fraction: {
    readonly area: number;
    readonly cellsOfCode: number;
    readonly flow: Readonly<Record<'count' | 'mean' | 'stdev' | 'min' | 'max', number>>;
  };
}

const { madeOf, ...others } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/answers.json'), 'utf8'));
for (const [name, own] of Object.entries(digests())) {
  if (madeOf[name] !== own) throw new Error(`test/made: ${name} is not what was asked about: run ask.py again`);
}

export const answers: Answers = others;
