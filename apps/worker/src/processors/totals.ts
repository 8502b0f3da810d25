import type { ResultCache } from '@cellshed/cache';
import { areaText, hasUnits, isRefusal, type Request, refusalText } from '@cellshed/contracts';
import { isTotal, type Operations, operationText, type UnitSum } from '@cellshed/operations';
import type { CountPool } from '@cellshed/pool';
import {
  type CachedUnits,
  type CachedUnitsDependencies,
  cachedUnits,
  type TotalRequest,
  UnreadResultsError,
  unitKey,
  unpacked,
} from './cached-units.ts';
import type { Answer, ComputedMembers } from './computed-members.ts';

export interface TotalsDependencies extends CachedUnitsDependencies {
  readonly catalog: Pick<Operations['catalog'], 'operations'>;
  readonly pool: Pick<CountPool, 'units' | 'addUnits' | 'total'>;
  readonly results: Pick<ResultCache, 'readManyPacked' | 'begin'>;
  /** The most units without a cached result that are computed for one request. */
  readonly mostMissing: number;
}

/** A total whose units are found: what is cached of it, and the places of its other units. */
export interface FoundTotal extends Pick<CachedUnits, 'sums' | 'oldest'> {
  readonly units: readonly number[];
}

/**
 * The members of a computation, and the units that are to be counted for its totals, as further
 * members. Totals themselves are not among the missing ones.
 */
export interface MembersAndUnits extends ComputedMembers {
  /** The totals by their places. */
  readonly totals: ReadonlyMap<number, FoundTotal>;
}

/** The parts by which the totals of a computation are made. */
export interface TotalMembers extends Pick<MembersAndUnits, 'epochs' | 'requests' | 'totals'> {
  readonly members: readonly { readonly key: string }[];
}

/** The most units of all totals of one request together: each is read from the cache. */
const mostUnits = 250_000;

/**
 * Finds the units of the missing totals, adds those up that are cached, and takes the others as
 * further members. `refused`: why that cannot be done, in a sentence.
 */
export async function withUnits(
  all: ComputedMembers,
  { catalog, mostMissing, ...dependencies }: TotalsDependencies,
  signal: AbortSignal,
): Promise<MembersAndUnits | { readonly refused: string }> {
  const { pool, results } = dependencies;
  const asTotal = (i: number) => totalIn(all.requests[i], catalog);
  const wanted = all.missing.filter(asTotal);
  const [members, requests] = [[...all.members], [...all.requests]];
  const places = new Map(all.missing.map((i) => [all.members[i]?.key as string, i]));
  const totals = new Map<number, FoundTotal>();
  let count = 0;
  for (const i of wanted) {
    const request = asTotal(i) as TotalRequest;
    const refused = (problem: string) => ({
      refused: all.members.length > 1 ? `${areaText(request.area)}, ${operationText(request)}: ${problem}` : problem,
    });
    const found = await pool.units({ request, fingerprint: all.members[i]?.fingerprint as string }, signal);
    if (isRefusal(found)) return refused(refusalText(found));
    count += found.ids.length;
    if (count > mostUnits) return refused(tooManyUnits(wanted.length));
    const { missing, isUnread, ...cached } = await cachedUnits(request, found, dependencies, signal);
    const units = missing.map((id) => {
      const key = unitKey(request, id, found.fingerprint);
      const known = places.get(key);
      if (known !== undefined) return known;
      const place = members.push({ key, fingerprint: found.fingerprint }) - 1;
      requests.push({ ...request, area: { table: request.area.table, id } });
      places.set(key, place);
      return place;
    });
    const added = members.length - all.members.length;
    if (added > mostMissing && isUnread)
      throw new UnreadResultsError(`the cache did not answer for results of ${areaText(request.area)}`);
    if (added > mostMissing) return refused(tooManyMissing(request, added, mostMissing));
    totals.set(i, { ...cached, units });
  }
  const others = members.slice(all.members.length);
  return {
    ...{ members, requests, totals, there: all.there },
    epochs: [...all.epochs, ...(await epochsOf(others, results))],
    missing: [...all.missing.filter((i) => !totals.has(i)), ...others.map((_, i) => all.members.length + i)],
  };
}

/** Makes the results of totals, once the results of all their units are there. */
export async function totalAnswers(
  { members, epochs, requests, totals }: TotalMembers,
  answers: ReadonlyMap<number, Pick<Answer, 'value'>>,
  { pool }: Pick<TotalsDependencies, 'pool'>,
  signal: AbortSignal,
): Promise<Map<number, Answer>> {
  const made = new Map<number, Answer>();
  for (const [i, { sums, oldest, units }] of totals) {
    const request = requests[i] as Request;
    const { area: _, ...question } = request;
    const all: UnitSum[] = [...sums];
    for (let at = 0; at < units.length; at += addedTogether) {
      const some = units.slice(at, at + addedTogether).map((unit) => answers.get(unit)?.value as Uint8Array);
      const { sum } = await pool.addUnits({ question, ...unpacked(some) }, signal);
      if (sum) all.push(sum);
    }
    const { value, cells } = await pool.total({ request, sums: all }, signal);
    const counted = { request, epoch: epochs[i], ...(oldest !== null && { startedAt: oldest }) };
    made.set(i, { key: members[i]?.key as string, value: Buffer.from(value), cells, counted });
  }
  return made;
}

const addedTogether = 1000;

function totalIn(request: Request | undefined, catalog: TotalsDependencies['catalog']): TotalRequest | undefined {
  if (!request || !hasUnits(request.area) || !isTotal(request, catalog)) return undefined;
  return { ...request, area: request.area };
}

/** The epochs of further entries, a few at a time. */
async function epochsOf(members: ComputedMembers['members'], results: Pick<ResultCache, 'begin'>) {
  const epochs: (string | undefined)[] = [];
  for (let at = 0; at < members.length; at += addedTogether)
    epochs.push(...(await Promise.all(members.slice(at, at + addedTogether).map(({ key }) => results.begin(key)))));
  return epochs;
}

function tooManyUnits(totals: number): string {
  const have = totals === 1 ? 'it has' : 'together they have';
  return `${have} more than ${mostUnits.toLocaleString('en')} areas to add up, the most of one request; catchment table answers more`;
}

function tooManyMissing(request: TotalRequest, missing: number, most: number): string {
  const [has, are] = [missing.toLocaleString('en'), most.toLocaleString('en')];
  return `${has} or more of the areas to add up have no cached result, at most ${are} are computed for one request (MULTI_LIMIT); have them computed first: catchment warm ${request.area.table} ${request.operation}`;
}
