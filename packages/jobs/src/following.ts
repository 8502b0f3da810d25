import type { Queue } from 'bullmq';
import type { Queues } from './queues.ts';
import { type Script, scriptsOn } from './script.ts';

/** Follows requests in this process: all that are followed are looked at together. */
export interface Following<Value> {
  /**
   * Resolves to what is known of a request now. Calls `onValue` whenever something may be new, at
   * most once in an interval but for its end; `undefined`: the request is gone.
   */
  follow(request: string, onValue: (value: Value | undefined) => void): Promise<Followed<Value>>;
  /** The number of requests that are looked at. */
  readonly requests: number;
  close(): void;
}

export interface Followed<Value> {
  readonly value: Value | undefined;
  /** Ends it; the request is no longer looked at once nobody follows it. */
  stop(): void;
}

export interface FollowingOptions<Value> {
  readonly queues: Queues;
  /** Queues of requests beside `finish`. */
  readonly otherRequests: () => readonly Queue[];
  /** Reads what is told of a request: once for all who follow it. */
  readonly read: (request: string) => Promise<Value | undefined>;
  /** Hears at once of the ends of requests. */
  readonly onEnded: (listener: (request: string) => void) => () => void;
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly everyMilliseconds?: number;
}

/** The most requests that are looked at in one step of Redis. */
const mostInStep = 200;

/**
 * Tells of each request, in a short text, all that its status depends on: another text is another
 * status. KEYS: none but the first request's. ARGV: prefix, prefix of what lasts, now, number of
 * queues, their prefixes, ids.
 */
const lookScript: Script = {
  name: 'look-at-requests',
  lua: `
local prefix, root, now, count = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local taken = ''
for _, queue in ipairs({'start', 'finish', 'count'}) do
  taken = taken .. redis.call('EXISTS', prefix .. 'taken:' .. queue)
  taken = taken .. redis.call('HEXISTS', prefix .. queue .. ':meta', 'paused')
end
local function progress(record)
  local done = 0
  local planned = ''
  for id in string.gmatch(string.match(record, '\\n(.*)$') or '', '%S+') do
    local fields = redis.call('HGETALL', prefix .. 'computation:' .. id)
    for i = 1, #fields, 2 do
      if fields[i] == 'planned' or fields[i] == 'tallied' then planned = planned .. ' ' .. fields[i + 1] end
      if string.sub(fields[i], 1, 2) == 'b:' then done = done + tonumber(fields[i + 1]) end
    end
  end
  return planned .. ' ' .. done
end
local marks = {}
for i = 5 + count, #ARGV do
  local mark = ''
  for queue = 5, 4 + count do
    local job = redis.call('HMGET', ARGV[queue] .. ARGV[i], 'timestamp', 'processedOn', 'finishedOn')
    if job[1] then
      mark = (job[2] or '') .. ' ' .. (job[3] or '') .. ' ' .. redis.call('EXISTS', root .. 'dismissed:' .. ARGV[i])
      if not job[3] then
        local isOld = now - tonumber(job[1]) > 1000
        local record = redis.call('GET', prefix .. 'request:' .. ARGV[i])
        mark = mark .. ' ' .. (isOld and taken or '') .. (record and progress(record) or '')
      end
      break
    end
  end
  table.insert(marks, mark)
end
return marks`,
};

interface Feed<Value> {
  readonly listeners: Set<(value: Value | undefined) => void>;
  /** The mark of the last look. */
  mark?: string;
  /** The value that was read last. */
  latest?: { readonly value: Value | undefined };
  reading?: Promise<Value | undefined>;
  /** Whether something is new since the reading began. */
  isOld: boolean;
}

/** Opens it; it looks only while something is followed. */
export function openFollowing<Value>(options: FollowingOptions<Value>): Following<Value> {
  const { queues, otherRequests, read, onEnded, onError, clock, everyMilliseconds = 500 } = options;
  const call = scriptsOn(queues.redis, { look: lookScript });
  const feeds = new Map<string, Feed<Value>>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const readAnew = async (request: string, feed: Feed<Value>): Promise<Value | undefined> => {
    for (;;) {
      feed.isOld = false;
      const value = await read(request);
      if (feed.isOld) continue;
      feed.latest = { value };
      return value;
    }
  };
  /** Reads a request, or takes part in the reading that is under way. */
  const readTogether = (request: string, feed: Feed<Value>) => {
    feed.isOld = true;
    feed.reading ??= readAnew(request, feed).finally(() => {
      delete feed.reading;
    });
    return feed.reading;
  };
  const tell = async (request: string) => {
    const feed = feeds.get(request);
    if (!feed) return;
    const isTold = feed.reading !== undefined && feed.isOld;
    const value = await readTogether(request, feed);
    if (!isTold) for (const listener of [...feed.listeners]) listener(value);
  };
  const stopHearing = onEnded((request) => void tell(request).catch(onError));

  const lookAt = async (requests: readonly string[]) => {
    const prefixes = [queues.finish, ...otherRequests()].map((queue) => queue.toKey(''));
    const lasting = [`${queues.prefix}:`, `${queues.root}:`, clock(), prefixes.length, ...prefixes];
    const keys = [queues.key('request', requests[0] as string)];
    const marks = (await call.look(keys, [...lasting, ...requests])) as string[];
    const judge = async (request: string, mark: string) => {
      const feed = feeds.get(request);
      if (!feed || feed.mark === mark) return;
      await tell(request);
      // Not before: what could not be read is read after the next look.
      feed.mark = mark;
    };
    await Promise.all(requests.map((request, i) => judge(request, marks[i] as string)));
  };
  const look = async () => {
    try {
      const requests = [...feeds.keys()];
      for (let at = 0; at < requests.length; at += mostInStep) await lookAt(requests.slice(at, at + mostInStep));
    } catch (error) {
      onError(error as Error);
    }
    timer = undefined;
    lookLater();
  };
  function lookLater() {
    if (timer || isClosed || feeds.size === 0) return;
    timer = setTimeout(() => void look(), everyMilliseconds);
  }

  return {
    async follow(request, onValue) {
      const feed: Feed<Value> = feeds.get(request) ?? { listeners: new Set(), isOld: false };
      feeds.set(request, feed);
      // Two who follow with one function are two.
      const listener = (value: Value | undefined) => onValue(value);
      feed.listeners.add(listener);
      const stop = () => {
        feed.listeners.delete(listener);
        if (feed.listeners.size === 0 && feeds.get(request) === feed) feeds.delete(request);
      };
      try {
        const { value } = feed.latest ?? { value: await (feed.reading ?? readTogether(request, feed)) };
        lookLater();
        return { value, stop };
      } catch (error) {
        stop();
        throw error;
      }
    },
    get requests() {
      return feeds.size;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      stopHearing();
    },
  };
}
