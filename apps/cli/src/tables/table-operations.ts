import { type Catalog, type CatalogOperation, choicesOf } from '@cellshed/catalog';
import { contractOf, isRefusal, needsLines, rastersOf, refusalText } from '@cellshed/contracts';
import {
  definitionFor,
  everyValue,
  type OperationAhead,
  type OperationChoice,
  operationText,
  resolveOperation,
  spreadChoice,
} from '@cellshed/operations';
import { type RowKind, type TabledOperation, withRows } from '@cellshed/tables';
import { NotUnderstood } from '../exit-codes.ts';

type Operations = Pick<Catalog, 'operations' | 'rasters'>;

/** The most combinations of values of one operation. */
const most = 10_000;

/**
 * The operations of a table by their names, each once: every value of their parameters, but for
 * those that `choice` sets. Choices hold for the operations that can have them. Throws a sentence
 * for an operation that is not there or needs lines, and for a choice that none can have.
 */
export function tableOperations(
  names: readonly string[],
  choice: Omit<OperationChoice, 'operation'>,
  catalog: Operations,
): OperationAhead[] {
  const asked = [...new Set(names)].map((name) => operationNamed(name, catalog));
  refuseUnknown('parameter', Object.keys(choice.parameters ?? {}), asked.flatMap(parameterNames));
  refuseUnknown(
    'raster',
    Object.keys(choice.rasters ?? {}),
    asked.flatMap((one) => rastersIn(one)),
  );
  refuseUnknown('choice', namesOf(choice.choices ?? {}), asked.flatMap(choicesOfType));
  const all = asked.flatMap((operation) => chosen(operation, choice, catalog));
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

/** The same with the kind of their rows. Throws a sentence for a kind that none has. */
export function tabledOperations(ahead: readonly OperationAhead[], rows: RowKind | undefined): TabledOperation[] {
  const asked = ahead.map(({ resolved, definition }) => ({ operation: resolved.operation, definition }));
  const tabled = withRows(asked, rows);
  if (isRefusal(tabled)) throw new NotUnderstood(`--rows ${tabled.problem}`);
  return tabled;
}

function operationNamed(name: string, { operations }: Operations): CatalogOperation {
  const operation = operations.get(name);
  if (!operation)
    throw new NotUnderstood(
      `no operation is called ${JSON.stringify(name)}; expected one of ${[...operations.keys()].join(', ')}`,
    );
  if (needsLines(operation))
    throw new NotUnderstood(
      `operation ${name} joins with lines that come with a request: expected one that needs none`,
    );
  return operation;
}

function chosen(
  operation: CatalogOperation,
  { parameters: set = {}, rasters = {}, choices, ...others }: Omit<OperationChoice, 'operation'>,
  catalog: Operations,
): OperationAhead[] {
  const spread = spreadChoice({ operation: operation.name, parameters: everyValueBut(set, operation) }, catalog, most);
  if (isRefusal(spread)) throw new NotUnderstood(`operation ${operation.name}: ${refusalText(spread)}`);
  const combinations = spread.choices.map(({ parameters }) => parameters as Readonly<Record<string, string>>);
  return combinations.map((parameters): OperationAhead => {
    const own = rastersIn(operation, parameters);
    const replaced = Object.fromEntries(Object.entries(rasters).filter(([name]) => own.includes(name)));
    const possible = Object.entries(choices ?? {}).filter(([name]) => choicesOfType(operation).includes(name));
    const choice = {
      ...{ operation: operation.name, parameters, rasters: replaced },
      ...{ choices: Object.fromEntries(possible), ...others },
    };
    const resolved = resolveOperation(choice, catalog);
    if (isRefusal(resolved)) throw new NotUnderstood(`operation ${operation.name}: ${refusalText(resolved)}`);
    return { name: operationText(resolved), resolved, definition: definitionFor(resolved, catalog) };
  });
}

/** The values that are set of an operation's parameters, and all of the others. */
function everyValueBut(
  set: Readonly<Record<string, unknown>>,
  { parameters = {} }: CatalogOperation,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(parameters).map((name) => [name, set[name] ?? everyValue]));
}

/** The names of members that have a value. */
function namesOf(members: object): string[] {
  return Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function choicesOfType({ type }: CatalogOperation): string[] {
  return Object.keys(contractOf(type).choices);
}

function parameterNames({ parameters = {} }: CatalogOperation): string[] {
  return Object.keys(parameters);
}

/** The rasters of an operation; without parameters those of all their values. */
function rastersIn(operation: CatalogOperation, parameters?: Readonly<Record<string, unknown>>): string[] {
  const combinations: Iterable<Readonly<Record<string, unknown>>> = parameters ? [parameters] : choicesOf(operation);
  return Array.from(combinations, (one) =>
    rastersOf(operation).map((raster) =>
      raster.replaceAll(/\{([a-zA-Z0-9_]+)\}/g, (written, name: string) => String(one[name] ?? written)),
    ),
  ).flat();
}

function refuseUnknown(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const names = [...new Set(known)].slice(0, 100).join(', ');
  const expected = names === '' ? `they have no ${what}s` : `expected one of ${names}`;
  throw new NotUnderstood(`no operation of the table has a ${what} ${JSON.stringify(unknown)}; ${expected}`);
}
