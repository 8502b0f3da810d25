import type { FinishInput, FinishResult } from '../contracts/finish.ts';
import type { Queues } from '../queues.ts';
import type { RequestJob } from '../request-job.ts';
import { type Script, scriptsOn } from '../script.ts';
import { type Progress, progressIn } from './progress.ts';
import { recordIn, type WaitingRequest } from './requests.ts';
import { standing } from './standing.ts';

/** Everything that Redis has of a request, in one look. */
export interface Look {
  readonly job: RequestJob & { readonly id: string };
  readonly isDismissed: boolean;
  /** The record of a request that has not ended, and for which something is computed. */
  readonly waiting: WaitingRequest | undefined;
  /** The tiles of the computations that it waits for. */
  readonly tiles: Progress | undefined;
  /** The place of its job: it waits for its children, or stands in its queue, or does neither. */
  readonly place: 'children' | 'queue' | 'nowhere';
}

export interface Looks {
  /**
   * Looks at a request, with one command; undefined if its job is not there. All that are asked for
   * while one turn of the event loop lasts are looked at together, after it.
   */
  look(request: string): Promise<Look | undefined>;
}

/**
 * KEYS: a key of the queue. ARGV: the prefixes of keys, of jobs and of dismissals, then requests.
 * Returns for each its job, 1 if it is dismissed, its record, its place, and the fields of each of
 * its computations that has a plan.
 */
const lookScript: Script = {
  name: 'status',
  lua: `${standing}
local prefix, queue, dismissed = ARGV[1], ARGV[2], ARGV[3]
local function placeOf(id)
  if redis.call('ZSCORE', queue .. 'waiting-children', id) then return 'children' end
  return stands(queue, id) and 'queue' or 'nowhere'
end
local looks = {}
for i = 4, #ARGV do
  local id = ARGV[i]
  local job = redis.call('HMGET', queue .. id, 'data', 'timestamp', 'processedOn', 'finishedOn', 'failedReason', 'returnvalue')
  if not job[2] then
    table.insert(looks, false)
  else
    local record, plans = redis.call('GET', prefix .. 'request:' .. id), {}
    for computation in string.gmatch(string.match(record or '', '\\n(.*)') or '', '%S+') do
      local key = prefix .. 'computation:' .. computation
      if redis.call('HEXISTS', key, 'planned') == 1 then table.insert(plans, redis.call('HGETALL', key)) end
    end
    local place = job[4] and 'nowhere' or placeOf(id)
    table.insert(looks, {job, redis.call('EXISTS', dismissed .. id), record, place, plans})
  end
end
return looks`,
};

/** The requests that one command looks at: Redis does nothing else meanwhile. */
const mostAtOnce = 50;

type Asked = PromiseWithResolvers<Look | undefined>;

export function openLooks({ redis, key, finish }: Queues): Looks {
  const call = scriptsOn(redis, { look: lookScript });
  const prefixes = [key(''), finish.toKey(''), key('dismissed', '')];
  let asked = new Map<string, Asked>();
  const lookAt = async (some: readonly (readonly [string, Asked])[]) => {
    try {
      const found = await call.look([finish.toKey('waiting-children')], [...prefixes, ...some.map(([id]) => id)]);
      for (const [i, [id, { resolve }]] of some.entries()) resolve(lookIn((found as (Found | null)[])[i], id));
    } catch (error) {
      for (const [, { reject }] of some) reject(error);
    }
  };
  const lookAtAll = () => {
    const all = [...asked];
    asked = new Map();
    for (let from = 0; from < all.length; from += mostAtOnce) void lookAt(all.slice(from, from + mostAtOnce));
  };
  return {
    look: (id) => {
      // A look that has begun may be older than what the asker knows.
      if (asked.size === 0) setImmediate(lookAtAll);
      const one = asked.get(id) ?? Promise.withResolvers();
      asked.set(id, one);
      return one.promise;
    },
  };
}

type Text = string | null;
type Found = readonly [
  job: readonly [data: Text, timestamp: string, processedOn: Text, finishedOn: Text, reason: Text, returned: Text],
  isDismissed: 0 | 1,
  record: Text,
  place: Look['place'],
  plans: readonly (readonly string[])[],
];

function lookIn(found: Found | null | undefined, id: string): Look | undefined {
  if (!found) return undefined;
  const [[data, timestamp, processedOn, finishedOn, failedReason, returned], isDismissed, record, place, plans] = found;
  return {
    job: {
      id,
      data: JSON.parse(data ?? '{}') as FinishInput,
      timestamp: Number(timestamp),
      ...(processedOn && { processedOn: Number(processedOn) }),
      ...(finishedOn && { finishedOn: Number(finishedOn) }),
      ...(failedReason && { failedReason }),
      returnvalue: JSON.parse(returned ?? 'null') as FinishResult | null,
    },
    isDismissed: isDismissed === 1,
    waiting: recordIn(record),
    tiles: progressIn(plans.map(fieldsIn)),
    place,
  };
}

/** The fields of a hash, of which scripts return names and values by turns. */
function fieldsIn(hash: readonly string[]): Record<string, string> {
  return Object.fromEntries(hash.flatMap((name, i) => (i % 2 === 0 ? [[name, hash[i + 1] as string]] : [])));
}
