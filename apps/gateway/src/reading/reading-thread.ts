import { workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { budgetOf, stepsFor } from '@catchment/budget';
import { openAreas } from '@catchment/catalog';
import type { Shelved } from '@catchment/jobs';
import { type AnswerForm, answerOf, resultsIn } from '../drop-in/answer-of.ts';
import type { DropInAsked } from '../drop-in/asked.ts';
import { type Placed, placeAreas } from '../place-areas.ts';
import { type Refusal, refusalOf } from '../refusal-of.ts';
import { type AreaFeatures, areaFeatures } from './area-features.ts';
import { bodyReaders, type ExecutionBody } from './bodies.ts';
import type { ReadingSettings } from './reader.ts';

/**
 * What runs in each thread that reads. It has tables of its own, which it opens when it is first
 * asked about areas.
 */
const settings: ReadingSettings = workerData[1] ?? workerData;
const { catalog } = settings;
const read = bodyReaders(settings);
let opened: ReturnType<typeof openAreas> | undefined;

function tables() {
  opened ??= openAreas(catalog);
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** Work for a body: `control` is 1 when nobody waits for it any more. */
interface BodyTask<Input> {
  readonly input: Input;
  /** Of the body: by it is said how much work it may take. */
  readonly bytes: number;
  readonly control: Int32Array;
}

/** Errors lose what they are on their way to another thread. */
export type Outcome<Value> = { readonly value: Value } | { readonly refused: Refusal };

/** What a body of `/run` or `/multi` asks for, and how its results are answered. */
export interface DropInRead extends Placed {
  readonly form: AnswerForm;
}

export const execution = (task: BodyTask<ExecutionBody>) => told(() => read.execution(task.input, budgetFor(task)));

export const run = (task: BodyTask<Uint8Array>) => told(() => dropIn(task, read.run));

export const multi = (task: BodyTask<Uint8Array>) => told(() => dropIn(task, read.multi));

/** The answer to a body, of the results that its request left. */
export function answer({ form, shelved }: { readonly form: AnswerForm; readonly shelved: Shelved }): Uint8Array {
  const { bytes, encoding } = shelved;
  return Buffer.from(JSON.stringify(answerOf(form, resultsIn(encoding === undefined ? bytes : gunzipSync(bytes)))));
}

export const page = (asked: Parameters<AreaFeatures['page']>) =>
  told(async () => areaFeatures(await tables()).page(...asked));

export const item = (asked: Parameters<AreaFeatures['item']>) =>
  told(async () => areaFeatures(await tables()).item(...asked));

export const extent = (asked: Parameters<AreaFeatures['extent']>) =>
  told(async () => areaFeatures(await tables()).extent(...asked));

async function dropIn(
  task: BodyTask<Uint8Array>,
  ask: (body: Uint8Array, budget: ReturnType<typeof budgetFor>) => DropInAsked,
): Promise<DropInRead> {
  const budget = budgetFor(task);
  const asked = ask(task.input, budget);
  return { ...(await placeAreas(asked, { catalog, tables: await tables(), budget })), form: asked.form };
}

function budgetFor({ bytes, control }: BodyTask<unknown>) {
  const throwIfStopped = () => {
    if (Atomics.load(control, 0) === 1) throw new Error('nobody waits for it any more');
  };
  throwIfStopped();
  return budgetOf(stepsFor(bytes), { throwIfStopped });
}

async function told<Value>(work: () => Value | Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    const refused = refusalOf(error);
    if (refused) return { refused };
    throw error;
  }
}
