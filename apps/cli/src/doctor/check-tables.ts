import { type AreaTable, openAreaTable } from '@cellshed/areas';
import type { Catalog, CatalogAreaTable } from '@cellshed/catalog';
import { countText } from '../text/figures.ts';
import { type Finding, findingsOf } from './finding.ts';

const { well, doubtful, wrong } = findingsOf('tables');

/** The areas of one table that are looked at: reading a hundred thousand takes minutes. */
const mostAreas = 2000;
/** The areas with faults that are named. */
const mostNamed = 3;

/**
 * Checks each area table of the catalog: that it can be opened, that its ids are unique, and that
 * its areas can be counted.
 */
export async function checkTables({ areas }: Pick<Catalog, 'areas'>): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const table of areas.values()) found.push(...(await lookAt(table)));
  return found;
}

async function lookAt(table: CatalogAreaTable): Promise<Finding[]> {
  const { name, source } = table;
  let open: AreaTable | undefined;
  try {
    open = await openAreaTable({ ...table, path: source });
    return await aboutTable(open);
  } catch (error) {
    const text = (error as Error).message;
    return [wrong(name, `it cannot be used: ${text}`, { advice: adviceOf(text) })];
  } finally {
    await open?.close();
  }
}

function adviceOf(problem: string): string {
  if (/unique ids/.test(problem)) return 'name another property as `id` in the catalog, or remove what is there twice';
  return 'correct the source, or its entry in the catalog; a database has to be reachable from here';
}

const mending = 'mend their geometries, for example with ST_MakeValid or `ogr2ogr -makevalid`';

async function aboutTable(table: AreaTable): Promise<Finding[]> {
  const { name, notes, advice = [] } = table;
  const faults = { broken: someOf(), doubted: someOf() };
  let [looked, isWhole] = [0, true];
  for await (const id of table.ids()) {
    if (looked === mostAreas) {
      isWhole = false;
      break;
    }
    looked += 1;
    try {
      const area = await table.get(id);
      const own = area?.warnings?.filter((warning) => !notes.includes(warning)) ?? [];
      if (own.length > 0) faults.doubted.add(`area ${id}: ${own[0]}`);
    } catch (error) {
      faults.broken.add((error as Error).message.replace(`area table ${name}: `, ''));
    }
  }
  const which = isWhole ? countText(looked, 'area') : `the first ${countText(looked, 'area')}`;
  const findings = [
    ...(looked === 0 ? [doubtful(name, 'it has no areas')] : []),
    ...faults.broken.told((count, first) =>
      wrong(name, `${count} of ${which} cannot be counted: ${first}`, { advice: mending }),
    ),
    ...faults.doubted.told((count, first) =>
      doubtful(name, `${count} of ${which} may be meant otherwise: ${first}`, { advice: mending }),
    ),
    ...notes.map((note) => doubtful(name, note)),
    ...advice.map((text) => doubtful(name, text)),
  ];
  return findings.length > 0 ? findings : [well(name, `${which}, all of which can be counted`)];
}

/** Counts texts, and keeps the first of them. */
function someOf() {
  let count = 0;
  const first: string[] = [];
  return {
    add: (text: string) => {
      count += 1;
      if (first.length < mostNamed) first.push(text);
    },
    told: (tell: (count: string, first: string) => Finding): Finding[] =>
      count === 0 ? [] : [tell(count.toLocaleString('en'), first.join('; '))],
  };
}
