import type { ResultDocument, ResultOf } from '@cellshed/contracts';
import type { Answer, AnswerChoices, AnswerOptions, FormOptions, TableFormat } from './answers.ts';
import type { AreaProperty, Collection, ConvertedAreas, Feature, FeatureCollection } from './area-documents.ts';
import type {
  LandingPage,
  MappedRaster,
  ProcessDescription,
  ProcessSummary,
  RasterDocument,
  StatusDocument,
} from './documents.ts';
import type { DocumentOf, Execution, InputsOf, Job, Multi, OperationTypes, TypeOf } from './executions.ts';
import type { FileBytes } from './gateway.ts';
import type { JobLike } from './jobs.ts';
import type { Aborting, WaitOptions } from './watching.ts';

/** A client whose operations have these types: results are typed by them. */
export interface Client<Types extends OperationTypes = OperationTypes> {
  /** The name of the service, and its limits. */
  landing(options?: Aborting): Promise<LandingPage>;
  /** The operations, and the process `multi`, in short. */
  processes(options?: Aborting): Promise<readonly ProcessSummary[]>;
  /** The inputs and outputs of an operation. */
  describe(operation: string, options?: Aborting): Promise<ProcessDescription>;
  /** All rasters, with their titles and legends. */
  rasters(options?: Aborting): Promise<readonly RasterDocument[]>;
  /** The same with their places, colours and pictures, for a map. */
  mappedRasters(options?: Aborting): Promise<readonly MappedRaster[]>;
  /** All area tables. */
  collections(options?: Aborting): Promise<readonly Collection[]>;
  /** A page of the areas of a table: those in a box, with a name, or in a larger area. */
  areas(table: string, query?: AreasQuery, options?: Aborting): Promise<FeatureCollection>;
  /** The properties that areas of a table have by the answers to an operation, by their names. */
  areaProperties(
    table: string,
    query: Pick<AreasQuery, 'operation'>,
    options?: Aborting,
  ): Promise<Readonly<Record<string, AreaProperty>>>;
  /** One area, `table/id`. */
  area(area: string, options?: Aborting): Promise<Feature>;
  /** The areas of a zipped shapefile, KML, KMZ or a GeoPackage, as GeoJSON. */
  convert(file: FileBytes, options?: ConvertOptions): Promise<ConvertedAreas>;
  /**
   * Asks for an operation and waits for its result, however long that takes. When the signal is
   * aborted, the job is dismissed.
   */
  ask<Name extends NameIn<Types>, const Inputs extends InputsOf<TypeOf<Types, Name>>>(
    operation: Name,
    inputs: Inputs,
    options?: WaitOptions,
  ): Promise<DocumentOf<TypeOf<Types, Name>, Inputs>>;
  /** Asks for an operation: the job that does it, or the result if it comes in `waitSeconds`. */
  execute<Name extends NameIn<Types>, const Inputs extends InputsOf<TypeOf<Types, Name>>>(
    operation: Name,
    inputs: Inputs,
    options?: Aborting,
  ): Promise<Job<DocumentOf<TypeOf<Types, Name>, Inputs>>>;
  execute<Name extends NameIn<Types>, const Inputs extends InputsOf<TypeOf<Types, Name>>>(
    operation: Name,
    inputs: Inputs,
    options: Aborting & { readonly waitSeconds: number },
  ): Promise<Execution<DocumentOf<TypeOf<Types, Name>, Inputs>>>;
  status(job: JobLike, options?: Aborting): Promise<StatusDocument>;
  /**
   * Waits until a job has ended, successfully or not. Listens to its events where these come, else
   * asks again and again. Rejects with the signal's reason when it is aborted.
   */
  wait<Document = ResultDocument>(job: Job<Document> | string, options?: WaitOptions): Promise<Job<Document>>;
  /** The result document of a job. */
  result<Document = ResultDocument>(job: Job<Document> | string, options?: Aborting): Promise<Document>;
  /**
   * The result of a job, or the answer on a well-known area, as a table or with labels. Waits for
   * an answer that is still to be computed.
   */
  table(source: JobLike | AnswerSource, format: TableFormat, options?: TableOptions): Promise<Response>;
  dismiss(job: JobLike, options?: Aborting): Promise<StatusDocument>;
  /**
   * The answer to an operation on a well-known area, `table/id`, as a resource that can be cached:
   * at once if the gateway has it, else the job that computes it.
   */
  answer<Name extends keyof Types & string>(
    operation: Name,
    area: string,
    choices?: AnswerChoices<Types[Name]>,
    options?: AnswerOptions,
  ): Promise<Answer<ResultOf<Types[Name]>>>;
  /** The URL of such an answer, for links and other programs. */
  answerUrl(operation: string, area: string, choices?: AnswerChoices & FormOptions): string;
}

type NameIn<Types extends OperationTypes> = (keyof Types & string) | Multi;

export interface AreasQuery {
  /** West, south, east, north in degrees. */
  readonly bbox?: readonly number[] | undefined;
  /** The beginning of an id, or a part of a name. */
  readonly q?: string | undefined;
  /** A larger area, `table/id`, in which the areas lie. */
  readonly within?: string | undefined;
  /** The id of an area of the table, into which the areas drain directly. */
  readonly drainsInto?: string | undefined;
  /** The id of an area of the table: it, and all areas that drain into it. */
  readonly upstreamOf?: string | undefined;
  /** Whether areas come without their geometry. */
  readonly skipGeometry?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** An operation whose cached answers are properties of the areas. */
  readonly operation?: string | undefined;
  /** The choices of the operation. */
  readonly [choice: string]: unknown;
}

export interface ConvertOptions extends Aborting {
  /** The layer of a file that has several. */
  readonly layer?: string | undefined;
}

/** An operation on a well-known area, `table/id`. */
export interface AnswerSource {
  readonly operation: string;
  readonly area: string;
  readonly choices?: AnswerChoices | undefined;
}

export interface TableOptions extends WaitOptions, Pick<FormOptions, 'rows'> {}
