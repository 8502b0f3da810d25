import { useCallback, useEffect, useState } from 'preact/hooks';
import { kindOf, type LabelledDocument } from '../answer/document.ts';
import type { Properties, RankedArea } from '../answer/rank.ts';
import { client } from '../api.ts';
import { choicesOf, type Question } from './answering.ts';
import { type LinkedArea, linkedAreas, tableAndId } from './area-links.ts';
import { type Problem, problemOf } from './problem.ts';
import type { KnownArea } from './use-area.ts';

/** The areas that lie in the same larger area, or in the same small table, with cached answers. */
export interface Neighbours {
  readonly larger: LinkedArea | undefined;
  readonly areas: readonly RankedArea[];
  /** The properties that answers give. */
  readonly properties: Properties;
  /** Those without an answer. */
  readonly missing: readonly string[];
}

/** The most areas that are compared: a page of the service. */
const mostAreas = 1000;
/** The most areas that are counted at once when somebody asks for it. */
const mostCounted = 100;

/** Reads what is cached; nothing is computed. Undefined: there are too many areas. */
async function readNeighbours(
  known: KnownArea,
  { operation, ...question }: Question,
  { rows, signal }: { readonly rows: 'classes' | undefined; readonly signal: AbortSignal },
): Promise<Neighbours | undefined> {
  const { table } = tableAndId(known.area);
  const larger = linkedAreas(known, 'within').at(-1);
  const query = { operation, ...choicesOf(question), rows };
  const properties = await client.areaProperties(table, query, { signal });
  const asked = { ...query, within: larger?.area, skipGeometry: true, limit: mostAreas };
  const areas: RankedArea[] = [];
  for (let matched = 1; areas.length < matched; ) {
    const page = await client.areas(table, { ...asked, offset: areas.length }, { signal });
    matched = page.numberMatched;
    if (matched > mostAreas || page.features.length === 0) return undefined;
    const read = page.features.map((one) => {
      return { area: `${table}/${one.id}`, name: String(one.properties.name ?? one.id), properties: one.properties };
    });
    areas.push(...read);
  }
  const missing = areas.filter((one) => one.properties.covered === null).map(({ area }) => area);
  return { larger, areas, properties, missing };
}

/** How the counting of what is missing goes on; undefined: nothing is counted. */
export interface Counting {
  readonly done: number;
  readonly planned: number;
  readonly cancel: () => void;
}

/** The neighbours of an area, and a way to have those counted that are not: never by itself. */
export function useNeighbours(known: KnownArea | undefined, question: Question, document: LabelledDocument) {
  const [found, setFound] = useState<{ readonly key: string; readonly neighbours: Neighbours | undefined }>();
  const [counting, setCounting] = useState<Counting>();
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  const key = JSON.stringify([question, known?.area]);
  const rows = kindOf(document) === 'change' ? 'classes' : undefined;
  useEffect(() => {
    if (!known) return;
    const aborting = new AbortController();
    setProblem(undefined);
    readNeighbours(known, question, { rows, signal: aborting.signal }).then(
      (neighbours) => setFound({ key, neighbours }),
      (error: unknown) => !aborting.signal.aborted && setProblem(problemOf(error)),
    );
    return () => aborting.abort('another question');
  }, [key, known, rows, round]);
  const neighbours = found?.key === key ? found.neighbours : undefined;
  const count = useCallback(async () => {
    const aborting = new AbortController();
    const { signal } = aborting;
    const cancel = () => aborting.abort('cancelled');
    const { operation, coverage, choices } = question;
    const areas = (neighbours?.missing ?? []).slice(0, mostCounted);
    setProblem(undefined);
    setCounting({ done: 0, planned: 0, cancel });
    try {
      const inputs = { areas, coverage, operations: [{ operation, ...choices }] };
      await client.ask('multi', inputs, {
        signal,
        onStatus: ({ tiles }) => tiles && setCounting({ ...tiles, cancel }),
      });
      setRound((before) => before + 1);
    } catch (error) {
      if (!signal.aborted) setProblem(problemOf(error));
    }
    setCounting(undefined);
  }, [key, neighbours]);
  return { neighbours, count, counting, problem, most: mostCounted };
}
