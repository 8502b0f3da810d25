import { resultsOfPass, type WarmItem, type WarmPass } from '@cellshed/jobs';
import type { WantedResults } from './warming.ts';

/** Neighbours in the order of names: those after one name, up to another. */
export interface Stretch {
  readonly after: string | null;
  readonly through: string;
}

/** The state of a list of results. It also finds names that come or go meanwhile. */
export interface StretchMarks {
  /** The name through which all stretches have begun. */
  readonly after: string | null;
  /** Those of them that have not ended. */
  readonly open: readonly Stretch[];
}

export interface StretchPass extends WarmPass, Stretch {
  /** Whether it begins now for the first time. */
  readonly isNew: boolean;
}

/** Cuts results into passes: first those that were under way, then the rest. */
export async function* stretchesOf(
  { names, perName, itemsOf }: WantedResults,
  marks: StretchMarks = { after: null, open: [] },
): AsyncGenerator<StretchPass> {
  const passOf = (some: readonly string[], stretch: Stretch, isNew: boolean): StretchPass => ({
    ...stretch,
    isNew,
    items: async () => {
      const items: WarmItem[] = [];
      for (const name of some) items.push(...(await itemsOf(name)));
      return items;
    },
  });
  for (const stretch of marks.open) {
    const some = names.filter((name) => isAfter(name, stretch.after) && name <= stretch.through);
    yield passOf(some, stretch, false);
  }
  const most = Math.max(1, Math.floor(resultsOfPass / Math.max(1, perName)));
  let { after } = marks;
  const first = names.findIndex((name) => isAfter(name, after));
  for (let at = first < 0 ? names.length : first; at < names.length; at += most) {
    const some = names.slice(at, at + most);
    const through = some.at(-1) as string;
    yield passOf(some, { after, through }, true);
    after = through;
  }
}

function isAfter(name: string, after: string | null): boolean {
  return after === null || name > after;
}
