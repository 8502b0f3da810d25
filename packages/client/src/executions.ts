import type { CacheOutcome, Choices, ContractOf, Coverage, OperationType, ResultOf } from '@cellshed/contracts';
import type { StatusDocument } from './documents.ts';
import type { Ask } from './gateway.ts';
import type { Aborting } from './watching.ts';

/** The types of a gateway's operations, by their names. */
export type OperationTypes = Readonly<Record<string, OperationType>>;

/** The process that does several operations on several areas. */
export type Multi = 'multi';

/** The type of an operation, of which its inputs and its result depend. */
export type TypeOf<Types extends OperationTypes, Name extends string> = Name extends keyof Types ? Types[Name] : Multi;

/** The inputs of an operation of a type. The description of the process lists them. */
export type InputsOf<Type extends OperationType | Multi> = AreaInputs &
  ParameterInputs &
  (Type extends OperationType ? unknown : OperationsInput) &
  ([Type] extends [OperationType] ? ChoiceInputs<Type> & LinesInput<Type> : unknown);

interface AreaInputs {
  /** A well-known area, `table/id`, or GeoJSON. */
  readonly area?: unknown;
  /** Several areas in place of one, each with its own result; or a table. */
  readonly areas?: unknown;
  /** Whether the answer is for the area and all that drain into it. */
  readonly upstream?: boolean | undefined;
  /** With a table in `areas`: those in this larger area, `table/id`. */
  readonly within?: string | undefined;
  /** With a table in `areas`: those with each value of this property as one. */
  readonly by?: string | undefined;
  /** Whether those within are answered for as one. */
  readonly sum?: boolean | undefined;
  /** The CRS of drawn areas and lines, such as `EPSG:5070`. Default: longitude and latitude. */
  readonly crs?: string | undefined;
  readonly coverage?: Coverage | undefined;
  /** Other rasters of the catalog in place of the operation's own. */
  readonly rasters?: Readonly<Record<string, string>> | undefined;
}

/** The choices of operations of these types, and none that only others have. */
export type ChoiceInputs<Type extends OperationType> = {
  readonly [Name in keyof Choices]?: Name extends ChoiceNames<Type> ? Choices[Name] : undefined;
};
type ChoiceNames<Type> = Type extends OperationType ? keyof ContractOf<Type>['choices'] : never;

/** GeoJSON lines, of an operation that has none of its own. */
interface LinesInput<Type extends OperationType> {
  readonly lines?: 'linesJoin' extends Type ? unknown : undefined;
}

interface OperationsInput {
  /** The names of operations, or what is chosen of them. */
  readonly operations: readonly (string | { readonly operation: string; readonly [choice: string]: unknown })[];
}

/** The parameters of an operation: a value, a list of several, or `*` for all. */
interface ParameterInputs {
  readonly [parameter: string]: unknown;
}

/** The results of several areas, operations or values of parameters, in their order. */
export interface Results<Document> {
  readonly results: readonly Document[];
}

/** The document that answers an operation of a type with such inputs. */
export type DocumentOf<Type extends OperationType | Multi, Inputs> = Type extends OperationType
  ? IsSeveral<Inputs> extends true
    ? Results<ResultOf<Type>>
    : ResultOf<Type>
  : Results<ResultOf<OperationType>>;

/** Whether inputs ask for several results. */
type IsSeveral<Inputs> =
  Spread<Inputs> extends never
    ? Inputs extends { readonly sum: true }
      ? false
      : Inputs extends { readonly areas: unknown }
        ? true
        : false
    : true;

/** The parameters that have several values. */
type Spread<Inputs> = {
  [Name in keyof Inputs]: string extends Name
    ? never
    : Name extends keyof AreaInputs | keyof Choices | 'lines'
      ? never
      : Inputs[Name] extends readonly unknown[] | '*'
        ? Name
        : never;
}[keyof Inputs];

declare const document: unique symbol;

/** A job, and the type of the document that it will have. */
export interface Job<Document> extends StatusDocument {
  readonly [document]?: Document;
}

/** A result, or the job that computes it. */
export type Execution<Document> =
  | { readonly job: Job<Document> }
  | { readonly result: Document; readonly cache: CacheOutcome | undefined };

/** A request to execute an operation: its path, and the rest. */
export function executionOf(operation: string, inputs: unknown, { waitSeconds, signal }: Executing): Parameters<Ask> {
  const prefer = waitSeconds === undefined ? 'respond-async' : `wait=${waitSeconds}`;
  const headers = { 'content-type': 'application/json', prefer };
  const path = `/api/processes/${encodeURIComponent(operation)}/execution`;
  return [path, { method: 'POST', headers, body: JSON.stringify({ inputs }), signal }];
}

/** Reads the response to it, of a client that would wait. */
export async function executionIn<Document>(response: Response): Promise<Execution<Document>> {
  if (response.status === 201) return { job: (await response.json()) as Job<Document> };
  return { result: (await response.json()) as Document, cache: cacheIn(response) };
}

export interface Executing extends Aborting {
  readonly waitSeconds?: number;
}

/** The part that the cache had in a response. */
export function cacheIn({ headers }: Response): CacheOutcome | undefined {
  return (headers.get('catchment-cache') ?? undefined) as CacheOutcome | undefined;
}
