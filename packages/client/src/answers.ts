import type { CacheOutcome, Coverage, OperationType } from '@cellshed/contracts';
import { type ChoiceInputs, cacheIn, type Job } from './executions.ts';
import type { Aborting } from './watching.ts';

/** The choices of an operation on a well-known area. */
export type AnswerChoices<Type extends OperationType = OperationType> = ChoiceInputs<Type> & CommonChoices;

interface CommonChoices {
  readonly coverage?: Coverage | undefined;
  /** Other rasters of the catalog in place of the operation's own. */
  readonly rasters?: Readonly<Record<string, string>> | undefined;
  /** Whether the answer is for the area and all that drain into it. */
  readonly upstream?: boolean | undefined;
  /** The parameters of the operation: one value of each. */
  readonly [parameter: string]: unknown;
}

/** The forms in which results are shown besides the JSON that is stored. */
export type TableFormat = 'labelled' | 'csv' | 'parquet' | 'geojson';

/** The form of results. */
export interface FormOptions {
  readonly f?: TableFormat | 'json' | undefined;
  /** The rows of a change as a table; `classes`: one for each class with its gains and losses. */
  readonly rows?: 'groups' | 'classes' | undefined;
}

export interface AnswerOptions extends Aborting {
  /** The tag of an answer that is there: the same one is not sent again. */
  readonly etag?: string | undefined;
  /** The time to wait for an answer that is not cached; default: none. */
  readonly waitSeconds?: number | undefined;
}

/** An answer with its tag, that it is the one which is there, or the job that computes it. */
export type Answer<Document> =
  | { readonly result: Document; readonly cache: CacheOutcome | undefined; readonly etag: string | undefined }
  | { readonly unchanged: true }
  | { readonly job: Job<Document> };

/** The path of the answer to an operation on a well-known area, `table/id`, with its query. */
export function answerPath(
  operation: string,
  area: string,
  { rasters, ...others }: CommonChoices & FormOptions,
): string {
  const pairs = rasters && Object.entries(rasters).map((pair) => pair.join(':'));
  const steps = [...areaSteps(area), encodeURIComponent(operation)];
  return `/api/areas/${steps.join('/')}${queryOf({ rasters: pairs, ...others })}`;
}

/** The table and the id of a well-known area, as steps of a path. Ids may have slashes. */
export function areaSteps(area: string): string[] {
  const slash = area.indexOf('/');
  return [area.slice(0, slash), area.slice(slash + 1)].map(encodeURIComponent);
}

/** A query with a question mark, in which lists have commas; empty where nothing has a value. */
export function queryOf(members: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return query.size > 0 ? `?${query}` : '';
}

/** The headers that ask for an answer. */
export function answerHeaders({ etag, waitSeconds }: AnswerOptions): Record<string, string> {
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }),
  };
}

/** Reads a response with an answer. */
export async function answerIn<Document>(response: Response): Promise<Answer<Document>> {
  if (response.status === 304) return { unchanged: true };
  if (response.status === 202) return { job: (await response.json()) as Job<Document> };
  const etag = response.headers.get('etag') ?? undefined;
  return { result: (await response.json()) as Document, cache: cacheIn(response), etag };
}
