import { type MessagePort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { budgetOf, stepsFor } from '@cellshed/budget';
import { openAreas } from '@cellshed/catalog';
import type { Shelved } from '@cellshed/jobs';
import { openUnits } from '@cellshed/operations';
import { entryDocument } from '../admin/entry-document.ts';
import type { ShownAs } from '../answers/formats.ts';
import { shownPieces, type ToShow } from '../answers/shown-results.ts';
import { type AnswerForm, answerOf, resultsIn } from '../drop-in/answer-of.ts';
import type { DropInAsked } from '../drop-in/asked.ts';
import { type PublicProblem, publicProblemOf } from '../problems/public-problem.ts';
import type { AskedUnits } from '../processes/asked.ts';
import { findAreas, type Placed } from '../processes/find-areas.ts';
import { idsInto, idsUpstream, idsWithin, listUnits } from '../processes/list-units.ts';
import { answeredFeatures, type ToAnswer } from './answered-features.ts';
import { type AreaFeatures, areaFeatures, type FeaturePage, type FindIds } from './area-features.ts';
import { areaTile, type TileAddress } from './area-tile.ts';
import { bodyReaders, type ExecutionBody } from './bodies.ts';
import { convertedFile, type FileToConvert } from './converted-file.ts';
import { packIds } from './packed-ids.ts';
import { takerOver } from './pieces.ts';
import type { ReadingSettings } from './reading-settings.ts';
import type { ReadTable } from './replaced-tables.ts';

/** The settings of this thread. It opens tables of its own when it is first asked about areas. */
const settings: ReadingSettings = workerData[1] ?? workerData;
const { catalog } = settings;
const read = bodyReaders(settings);
const tableUnits = openUnits(catalog);
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
  /** The length of the body, from which its budget of work follows. */
  readonly bytes: number;
  readonly control: Int32Array;
}

/**
 * The result of a task. A refusal is data, since errors lose their class on the way to another
 * thread.
 */
export type Outcome<Value> = { readonly value: Value } | { readonly refused: PublicProblem };

/** The content of a body of `/run` or `/multi`, and the form of its answer. */
export interface DropInRead extends Placed {
  readonly form: AnswerForm;
}

export const execution = (task: BodyTask<ExecutionBody>) =>
  outcomeOf(() => read.execution(task.input, budgetFor(task)));

export const run = (task: BodyTask<Uint8Array>) => outcomeOf(() => dropIn(task, read.run));

export const multi = (task: BodyTask<Uint8Array>) => outcomeOf(() => dropIn(task, read.multi));

/** Converts a file of areas. */
export const convert = (task: BodyTask<FileToConvert>) =>
  outcomeOf(() => convertedFile(task.input, { ...settings, checkWanted: () => throwIfStopped(task) }));

/** Writes the answer to a body from the results of its request. */
export function answer({ form, shelved }: { readonly form: AnswerForm; readonly shelved: Shelved }): Uint8Array {
  const { bytes, encoding } = shelved;
  return Buffer.from(JSON.stringify(answerOf(form, resultsIn(encoding === undefined ? bytes : gunzipSync(bytes)))));
}

/** A stored result that is to be shown, piece by piece, over a channel. */
export interface ShowingTask {
  readonly form: ShownAs;
  readonly stored: ToShow;
  readonly port: MessagePort;
}

/** Shows a stored result in another format. */
export async function shown({ form, stored, port }: ShowingTask): Promise<Outcome<undefined>> {
  const taker = takerOver(port);
  return outcomeOf(async () => {
    const sources = { catalog, tables: await tables(), drawnArea: taker.find };
    for await (const piece of shownPieces(form, stored, sources)) await taker.take(piece);
    return undefined;
  }).finally(taker.close);
}

/** Areas with the properties of answers. */
export const answered = (areas: ToAnswer) => outcomeOf(() => answeredFeatures(areas, catalog));

export const entry = ([key, stored]: Parameters<typeof entryDocument>) => outcomeOf(() => entryDocument(key, stored));

export const page = (asked: Parameters<AreaFeatures['page']>) =>
  outcomeOf(async () => {
    const sources = { catalog, tables: await tables(), units: tableUnits };
    const findIds: FindIds = async (table, { within, drainsInto, upstreamOf }) => {
      if (within) return idsWithin(table, within, { ...sources, at: '' });
      if (upstreamOf !== undefined) return idsUpstream(table, upstreamOf, sources);
      return drainsInto === undefined ? undefined : idsInto(table, drainsInto, sources);
    };
    return areaFeatures({ ...sources, findIds }).page(...asked);
  });

export const item = (asked: Parameters<AreaFeatures['item']>) =>
  outcomeOf(async () => areaFeatures({ catalog, tables: await tables() }).item(...asked));

/** The areas of a table that are meant. */
export const units = (asked: AskedUnits) =>
  outcomeOf(async () => listUnits(asked, { catalog, tables: await tables(), units: tableUnits }));

/** The ids of a table as its file is now. */
export async function ids(table: string): Promise<ReadTable> {
  return (await tables()).use(table, async (open) => {
    const { version, notes } = open;
    return { version, notes, ids: await packIds(open.ids()) };
  });
}

export const extent = (asked: Parameters<AreaFeatures['extent']>) =>
  outcomeOf(async () => areaFeatures({ catalog, tables: await tables() }).extent(...asked));

/** A tile with the outlines of areas. */
export const tile = ([table, address]: [table: string, address: TileAddress]) =>
  outcomeOf(async () => areaTile(await tables(), table, address));

async function dropIn(
  task: BodyTask<Uint8Array>,
  ask: (body: Uint8Array, budget: ReturnType<typeof budgetFor>) => DropInAsked,
): Promise<DropInRead> {
  const budget = budgetFor(task);
  const asked = ask(task.input, budget);
  return { ...(await findAreas(asked, { catalog, tables: await tables(), budget })), form: asked.form };
}

function budgetFor(task: BodyTask<unknown>) {
  throwIfStopped(task);
  return budgetOf(stepsFor(task.bytes), { throwIfStopped: () => throwIfStopped(task) });
}

function throwIfStopped({ control }: BodyTask<unknown>): void {
  if (Atomics.load(control, 0) === 1) throw new Error('nobody waits for it any more');
}

async function outcomeOf<Value>(work: () => Value | Promise<Value>): Promise<Outcome<Value>> {
  try {
    return await given(await work());
  } catch (error) {
    const refused = publicProblemOf(error);
    if (refused) return { refused };
    throw error;
  }
}

/** The bytes up to which copying is quicker than a transfer. */
const mostBytesCopied = 250_000;

/** The outcome of a task. Many bytes are transferred to the thread that asked. */
async function given<Value>(value: Value): Promise<Outcome<Value>> {
  const buffers = [...new Set(buffersIn(value))];
  if (buffers.reduce((sum, { byteLength }) => sum + byteLength, 0) <= mostBytesCopied) return { value };
  // Most threads never need it.
  const { move, transferableSymbol, valueSymbol } = await import('piscina');
  return move({ [transferableSymbol]: buffers, [valueSymbol]: { value } } as never) as unknown as Outcome<Value>;
}

/** The buffers of a page, an item, an entry, or drawn geometries that hold nothing else. */
function buffersIn(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array) {
    const { buffer, byteLength } = value;
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
  }
  const { features, drawn } = (value ?? {}) as Partial<FeaturePage & Placed>;
  if (features) return buffersIn(features);
  return drawn ? [...drawn.areas.values(), ...drawn.lines.values()].flatMap(buffersIn) : [];
}
