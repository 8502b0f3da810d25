import { type NamedCrs, parseCrsName } from '@cellshed/areas';
import { type Coverage, coverages, isRefusal } from '@cellshed/contracts';
import type { OperationChoice } from '@cellshed/operations';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** The choices that a user makes for an operation. */
export interface ChoiceOptions {
  readonly coverage?: Coverage;
  readonly raster?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
  readonly quantiles?: readonly number[];
  readonly cellAreas?: boolean;
  /** A file. */
  readonly lines?: string;
  /** The CRS of what is drawn. */
  readonly crs?: NamedCrs;
}

/** Adds the options of `ChoiceOptions` to a command. */
export function choiceOptions(command: Command): Command {
  return operationOptions(command)
    .option('--lines <file>', 'GeoJSON lines, for an operation that joins with lines and has none of its own')
    .option(
      '--crs <code>',
      'the CRS of the GeoJSON, such as EPSG:5070 (default: what it says, else lon/lat)',
      crsNamed,
    );
}

/** Adds the options that say how an operation is done. */
export function operationOptions(command: Command): Command {
  return command
    .addOption(new Option('--coverage <rule>', 'which cells lie in the area').choices(coverages))
    .option('--raster <name=other>', 'count another raster in place of one of the operation (repeatable)', pair)
    .option(
      '--set <parameter=value>',
      "choose the value of a parameter: one, several with commas between, or '*' for all (repeatable)",
      pair,
    )
    .option('--quantiles <list>', 'quantiles of statistics, such as 0.1,0.5,0.9', numbers)
    .option('--cell-areas', 'sum the true areas of cells, where these differ from row to row');
}

/** The choice that the options make, but for the operation and the lines. */
export function readChoice({
  coverage,
  raster,
  set,
  quantiles,
  cellAreas,
}: ChoiceOptions): Omit<OperationChoice, 'operation'> {
  return {
    ...(coverage && { coverage }),
    ...(raster && { rasters: raster }),
    ...(set && { parameters: severalIn(set) }),
    ...((quantiles || cellAreas) && { choices: { quantiles, cellAreas } }),
  };
}

/** Values with commas between as lists. */
function severalIn(set: Readonly<Record<string, string>>): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => [name, value.includes(',') ? value.split(',') : value]),
  );
}

function crsNamed(text: string): NamedCrs {
  const named = parseCrsName(text);
  if (isRefusal(named)) throw new InvalidArgumentError(named.problem);
  return named;
}

function pair(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('expected name=value');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function numbers(text: string): number[] {
  const list = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (list.some((number) => !(number >= 0 && number <= 1)))
    throw new InvalidArgumentError('expected numbers from 0 to 1 with commas between them');
  return list;
}
