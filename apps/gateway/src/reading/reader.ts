import type { Readable } from 'node:stream';
import type { MessagePort, Transferable } from 'node:worker_threads';
import type { AreaQuery } from '@cellshed/areas';
import { type Budget, budgetOf, OverBudget } from '@cellshed/budget';
import { decodeHeader } from '@cellshed/cache';
import type { Catalog, OpenAreas } from '@cellshed/catalog';
import type { Shelved } from '@cellshed/jobs';
import { entryDocument } from '../admin/entry-document.ts';
import type { ShownAs } from '../answers/formats.ts';
import type { ToShow } from '../answers/shown-results.ts';
import type { AnswerForm } from '../drop-in/answer-of.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { AskedUnits } from '../processes/asked.ts';
import type { UnitArea } from '../processes/list-units.ts';
import type { Answered, ToAnswer } from './answered-features.ts';
import { type AreaFeatures, areaFeatures } from './area-features.ts';
import type { AreaTile, TileAddress } from './area-tile.ts';
import { type BodyReaders, bodyReaders, type ExecutionAsked, type ExecutionBody } from './bodies.ts';
import type { FileToConvert } from './converted-file.ts';
import { ownBuffer } from './pieces.ts';
import type { ReadingSettings } from './reading-settings.ts';
import type { DropInRead, Outcome } from './reading-thread.ts';
import { openShownStreams } from './shown-streams.ts';
import type { Threads } from './threads.ts';

/**
 * Reads bodies, pages of area tables and results in other threads than the one that answers
 * requests, which only reads what takes a moment. Rejects with a ProblemError for faults of the
 * client or of a database, and with the signal's reason when it is aborted.
 */
export interface Reader extends AreaFeatures {
  execution(asked: ExecutionBody, signal: AbortSignal): Promise<ExecutionAsked>;
  run(body: Uint8Array, signal: AbortSignal): Promise<DropInRead>;
  multi(body: Uint8Array, signal: AbortSignal): Promise<DropInRead>;
  /** The areas of a file as GeoJSON, and what was found in it. */
  convert(file: FileToConvert, signal: AbortSignal): Promise<Uint8Array>;
  /** The answer to a body of `/run` or `/multi`, as JSON. */
  answer(form: AnswerForm, shelved: Shelved): Promise<Uint8Array>;
  /**
   * A stored result in another format, in pieces that are made no faster than they are read.
   * Resolves when the first is there. Destroying the stream ends the work. The stream fails if its
   * client reads too slowly while others wait for theirs.
   */
  shown(form: ShownAs, stored: ToShow, signal?: AbortSignal): Promise<Readable>;
  /** Areas with the properties of answers. */
  answered(areas: ToAnswer): Promise<Answered>;
  /** A tile of a map with the outlines of the areas of a table. */
  tile(table: string, address: TileAddress): Promise<AreaTile>;
  /** Lists the areas of a table that are meant. */
  units(asked: AskedUnits): Promise<readonly UnitArea[]>;
  /**
   * The document of a result as the cache stores it, as JSON. Undefined for what is no entry, or
   * damaged.
   */
  entry(key: string, stored: Uint8Array): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/**
 * The limits of work that is done in line in one turn of the event loop, some 20 ms: the bytes and
 * steps of a body, and the bytes of a page's geometries as they are stored.
 */
const mostInLine = { bytes: 100_000, steps: 1_000_000, pageBytes: 200_000 } as const;

export interface ReaderSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  /** Reads an area that was drawn, as JSON, by its fingerprint; undefined: it is not kept. */
  readonly drawnArea: (fingerprint: string) => Promise<Uint8Array | undefined>;
}

export function openReader(settings: ReadingSettings, threads: Threads, sources: ReaderSources): Reader {
  return readerOver(threads, bodyReaders(settings), sources);
}

/**
 * Makes a reader that reads small bodies with `inLine` and small pages of `tables` in line, and
 * gives all other work to `threads`.
 */
export function readerOver(
  threads: Threads,
  inLine: Pick<BodyReaders, 'execution'>,
  { catalog, tables, drawnArea }: ReaderSources,
): Reader {
  const features = areaFeatures({ catalog, tables });
  const turn = openTurn();
  const shownStream = openShownStreams();

  async function featuresFor(table: string, asked: string | AreaQuery): Promise<AreaFeatures> {
    const bytes = await tables.use(table, async (open) => open.storedBytes?.(asked));
    return bytes !== undefined && turn.takes(bytes / mostInLine.pageBytes) ? features : inThread;
  }

  async function ask<Value>(name: string, task: unknown, transferList: Transferable[] = []): Promise<Value> {
    const outcome = (await threads.run(task, { name, transferList })) as Outcome<Value>;
    if ('value' in outcome) return outcome.value;
    const { status, detail, type, cause } = outcome.refused;
    throw new ProblemError(status, detail, type, cause === undefined ? {} : { cause: new Error(cause) });
  }

  /** Gives the body to a thread. The body is not kept for a client that has left. */
  async function askFor<Value>(
    name: string,
    { input, body }: { input: unknown; body: Uint8Array },
    signal: AbortSignal,
  ) {
    signal.throwIfAborted();
    const [bytes, transferList] = [body.length, ownBuffer(body)];
    const control = new Int32Array(new SharedArrayBuffer(4));
    const task: { input: unknown; bytes: number; control: Int32Array } = { input, bytes, control };
    const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
    const stop = () => {
      Atomics.store(control, 0, 1);
      task.input = undefined;
      transferList.length = 0;
      giveUp(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([ask<Value>(name, task, transferList), givenUp]);
    } finally {
      signal.removeEventListener('abort', stop);
      signal.throwIfAborted();
    }
  }

  const inThread: AreaFeatures = {
    page: (...asked) => ask('page', asked),
    item: (...asked) => ask('item', asked),
    extent: (...asked) => ask('extent', asked),
  };

  return {
    async execution(asked, signal) {
      const { body } = asked;
      const share = body.length / mostInLine.bytes;
      const isSmall = share <= leastShare || turn.takes(share);
      const read = isSmall ? shortly((budget) => inLine.execution(asked, budget)) : undefined;
      return read ?? askFor<ExecutionAsked>('execution', { input: asked, body }, signal);
    },
    run: (body, signal) => askFor('run', { input: body, body }, signal),
    multi: (body, signal) => askFor('multi', { input: body, body }, signal),
    convert: (file, signal) => askFor('convert', { input: file, body: file.body }, signal),
    answer: (form, shelved) => threads.run({ form, shelved }, { name: 'answer' }) as Promise<Uint8Array>,
    shown: (form, stored, signal) => {
      const run = async (port: MessagePort) => ask<void>('shown', { form, stored, port }, [port]);
      return shownStream(run, drawnArea, signal);
    },
    answered: (areas) => ask('answered', { ...areas, results: areas.results.map((one) => one && ownBytesOf(one)) }),
    entry: async (key, stored) => {
      const { valueBytes } = decodeHeader(stored) ?? { valueBytes: 0 };
      if (turn.takes(valueBytes / mostInLine.bytes)) return entryDocument(key, stored);
      return ask('entry', [key, stored]);
    },
    page: async (table, query) => {
      const { within, drainsInto, upstreamOf } = query;
      const isListed = [within, drainsInto, upstreamOf].some((one) => one !== undefined);
      const reading = isListed ? inThread : await featuresFor(table, query);
      return reading.page(table, query);
    },
    item: async (table, id, place) => (await featuresFor(table, id)).item(table, id, place),
    extent: inThread.extent,
    tile: (...asked) => ask('tile', asked),
    units: (asked) => ask('units', asked),
    close: () => threads.destroy(),
  };
}

/**
 * The least share of a turn that any work takes: a turn does at most a hundred pieces of work. A
 * body with no larger share is always read in line: to give it to a thread costs more than to read
 * it, and requests would wait in front of the thread where no limit sees them.
 */
const leastShare = 0.01;

/**
 * The turn of the event loop, in shares of the most work that it may do in line. However many
 * requests arrive in one turn, all together do no more.
 */
function openTurn() {
  let left = 1;
  return {
    /** Takes this share of the turn; false: less is left. */
    takes(share: number): boolean {
      const taken = Math.max(share, leastShare);
      if (taken > left) return false;
      if (left === 1) {
        setImmediate(() => {
          left = 1;
        });
      }
      left -= taken;
      return true;
    },
  };
}

/**
 * The parts of an entry that a thread reads, in memory of their own: a view would bring all of its
 * buffer.
 */
function ownBytesOf({ stored, encoding, valueBytes }: NonNullable<ToAnswer['results'][number]>) {
  return { stored: new Uint8Array(stored), encoding, valueBytes };
}

/** Does work that takes few steps; undefined: it takes more. */
function shortly<Value>(work: (budget: Budget) => Value): Value | undefined {
  try {
    return work(budgetOf(mostInLine.steps));
  } catch (error) {
    if (error instanceof OverBudget) return undefined;
    throw error;
  }
}
