import type { Catalog } from '@cellshed/catalog';
import type { CurrentVersions } from '@cellshed/operations';
import { Piscina } from 'piscina';

/** A source of the catalog. */
export interface Asked {
  readonly kind: 'raster' | 'lines';
  readonly name: string;
}

/** The version of a source now, or why it cannot be looked at. */
export type Looked = { readonly version: string } | { readonly problem: string };

/** The settings of the thread that looks: plain data. */
export interface VersionSettings {
  readonly catalog: Catalog;
  /** The time for which a version that a server has told is good. */
  readonly recheckMilliseconds: number;
}

/** The versions that rasters and lines have now. Rejects as `CurrentVersions` does. */
export type SourceVersions = Pick<CurrentVersions, 'raster' | 'lines' | 'close'>;

/**
 * Looks at sources in a thread, which opens them: the thread that answers requests reads no file.
 */
export function openSourceVersions(settings: VersionSettings): SourceVersions {
  const thread = new Piscina({
    filename: new URL('versions-thread.ts', import.meta.url).href,
    // It begins with the first question.
    minThreads: 0,
    maxThreads: 1,
    // Looks at servers wait: others go on meanwhile.
    concurrentTasksPerWorker: 64,
    idleTimeout: idleMilliseconds,
    workerData: settings,
  });
  const { rasters } = settings.catalog;
  const isRemote = ({ kind, name }: Asked) =>
    kind === 'raster' && [rasters.get(name)?.url ?? ''].flat().some((url) => /^(https?|s3):/i.test(url));
  const { versionOf } = lookingTogether((asked) => thread.run(asked, { name: 'look' }) as Promise<Looked[]>, isRemote);
  return {
    raster: (name) => versionOf({ kind: 'raster', name }),
    lines: (name) => versionOf({ kind: 'lines', name }),
    close: () => thread.destroy(),
  };
}

/** The time after which the thread, and the files that it has open, are given up unasked. */
const idleMilliseconds = 300_000;

type Ask = (asked: readonly Asked[]) => Promise<readonly Looked[]>;

/**
 * Asks for many at once: a question that comes while another is under way waits for the next, so
 * that each answer was looked up after it was asked for. A source that may keep others waiting is
 * asked for alone.
 */
export function lookingTogether(ask: Ask, isSlow: (asked: Asked) => boolean) {
  const lanes = new Map<string, (asked: Asked) => Promise<string>>();
  return {
    versionOf(asked: Asked): Promise<string> {
      const name = isSlow(asked) ? nameOf(asked) : '';
      let lane = lanes.get(name);
      if (!lane) {
        lane = oneAfterAnother(ask);
        lanes.set(name, lane);
      }
      return lane(asked);
    },
  };
}

interface Waiting {
  readonly asked: Asked;
  readonly answer: Promise<string>;
  readonly resolve: (version: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A lane of questions: one is under way, and all that come meanwhile are the next. */
function oneAfterAnother(ask: Ask): (asked: Asked) => Promise<string> {
  let next = new Map<string, Waiting>();
  let isUnderWay = false;
  const go = async () => {
    isUnderWay = true;
    // All questions of one turn of the event loop are one.
    await new Promise(setImmediate);
    while (next.size > 0) {
      const all = [...next.values()];
      next = new Map();
      await answerAll(all);
    }
    isUnderWay = false;
  };
  const answerAll = async (all: readonly Waiting[]) => {
    try {
      const looked = await ask(all.map(({ asked }) => asked));
      for (const [i, { resolve, reject }] of all.entries()) {
        const one = looked[i] as Looked;
        if ('version' in one) resolve(one.version);
        else reject(new Error(one.problem));
      }
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  };
  return (asked) => {
    const name = nameOf(asked);
    const before = next.get(name);
    if (before) return before.answer;
    const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
    next.set(name, { asked, answer, resolve, reject });
    if (!isUnderWay) void go();
    return answer;
  };
}

function nameOf({ kind, name }: Asked): string {
  return `${kind} ${name}`;
}
