import type { Budget } from '@cellshed/budget';
import type { Catalog } from '@cellshed/catalog';
import type { AnswerForm } from '@cellshed/jobs';
import { operationsAhead } from '@cellshed/operations';
import type { DropInAsked } from '../drop-in/asked.ts';
import { MultiBody, RunBody } from '../drop-in/bodies.ts';
import { askedOfMulti } from '../drop-in/multi.ts';
import { askedOfRun } from '../drop-in/run.ts';
import { parseJson, theBody } from '../http/json-text.ts';
import { validated } from '../http/validated.ts';
import { answerForm } from '../processes/answer-form.ts';
import type { Asked } from '../processes/asked.ts';
import { Execution } from '../processes/execution.ts';
import { namesIn } from '../processes/find-areas.ts';
import { resultOutput } from '../processes/process-description.ts';
import { resolveExecution } from '../processes/resolve-execution.ts';

/** The catalog and tables that bodies name, and the limits of one body. */
export interface BodySources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters'>;
  /** The most positions of one geometry. */
  readonly vertexLimit: number;
  /** The most vertices of all areas and lines of a request together. */
  readonly requestVertexLimit: number;
  /** The most results of one request. */
  readonly memberLimit: number;
}

/** An execution as bytes. */
export interface ExecutionBody {
  readonly body: Uint8Array;
  readonly process: string;
  /** The base URL of this gateway, as the client sees it. */
  readonly base: string;
}

/** The questions of an execution, and the form of its answer. */
export interface ExecutionAsked extends Asked {
  readonly answer: AnswerForm;
}

/**
 * Reads bodies: parses, checks and fingerprints their content. Each function throws a ProblemError
 * (400) for faults of the client, or OverBudget.
 */
export interface BodyReaders {
  execution(asked: ExecutionBody, budget: Budget): ExecutionAsked;
  run(body: Uint8Array, budget: Budget): DropInAsked;
  multi(body: Uint8Array, budget: Budget): DropInAsked;
}

export function bodyReaders(sources: BodySources): BodyReaders {
  const ahead = operationsAhead(sources.catalog);
  const [execution, run, multi] = [validated(Execution), validated(RunBody), validated(MultiBody)];
  const jsonIn = (body: Uint8Array, budget: Budget) => parseJson(body, { what: theBody, budget });
  return {
    execution({ body, process, base }, budget) {
      const { inputs, ...form } = execution(jsonIn(body, budget));
      const answer = answerForm(form, [resultOutput]);
      const asked = resolveExecution(process, inputs, { ...sources, base, budget });
      return { ...asked, answer: { ...answer, ...(namesIn(asked) && { named: true as const }) } };
    },
    run: (body, budget) => askedOfRun(run(jsonIn(body, budget)), { ...sources, ahead, budget }),
    multi: (body, budget) => askedOfMulti(multi(jsonIn(body, budget)), { ...sources, ahead, budget }),
  };
}
