import type { Budget } from '@catchment/budget';
import type { Catalog } from '@catchment/catalog';
import type { AnswerForm } from '@catchment/jobs';
import { operationsAhead } from '@catchment/operations';
import { answerForm } from '../answer-form.ts';
import type { Asked } from '../asked.ts';
import type { DropInAsked } from '../drop-in/asked.ts';
import { MultiBody, RunBody } from '../drop-in/bodies.ts';
import { askedOfMulti } from '../drop-in/multi.ts';
import { askedOfRun } from '../drop-in/run.ts';
import { Execution } from '../execution.ts';
import { parseJson, theBody } from '../json-text.ts';
import { resultOutput } from '../process-description.ts';
import { resolveExecution } from '../resolve-execution.ts';
import { validated } from '../validated.ts';

/** What bodies are about, and most of what one may ask. */
export interface BodySources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters'>;
  /** Positions of one geometry. */
  readonly vertexLimit: number;
  /** Of all areas and lines of a request together. */
  readonly requestVertexLimit: number;
  /** Results of one request. */
  readonly memberLimit: number;
}

/** An execution, as it came. */
export interface ExecutionBody {
  readonly body: Uint8Array;
  readonly process: string;
  /** Of this gateway, as the client sees it. */
  readonly base: string;
}

/** What an execution asks, and how it wants to be answered. */
export interface ExecutionAsked extends Asked {
  readonly answer: AnswerForm;
}

/**
 * Reads the bodies by which a client asks: parses, checks and fingerprints all that is in them.
 * Each function throws a ProblemError (400) for what is wrong, or OverBudget.
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
      return { ...resolveExecution(process, inputs, { ...sources, base, budget }), answer };
    },
    run: (body, budget) => askedOfRun(run(jsonIn(body, budget)), { ...sources, ahead, budget }),
    multi: (body, budget) => askedOfMulti(multi(jsonIn(body, budget)), { ...sources, ahead, budget }),
  };
}
