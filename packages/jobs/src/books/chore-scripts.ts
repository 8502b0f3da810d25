import type { Script } from '../script.ts';

/**
 * The records of chores, in scripts that each run as one step. A record is a hash
 * `chore-record:<id>`:
 *
 * - `ask`, `by`, `askedAt`, `requestId`: what is asked, by whom, and by which HTTP request
 * - `state`: `open`, `done`, `cancelled` or `failed`; `wish`: `pause`, `cancel`, or nothing
 * - `marks`: where it stood, as its processor writes it; `planned`, `unit`: how much it is
 * - `n:<name>`: counts of what has ended before the marks; `since`: the counts after them, as JSON
 * - `tries`: the errors in a row that have interrupted it
 */
export const enter: Script = {
  name: 'enter-chore',
  lua: `
local function stateOf(id) return redis.call('HGET', ARGV[1] .. id, 'state') end
local function keep(id) if ARGV[9] ~= '' then redis.call('SET', KEYS[4], ARGV[6] .. ' ' .. id, 'EX', ARGV[9]) end end
local known = ARGV[9] ~= '' and redis.call('GET', KEYS[4])
if known then
  local hash, id = string.match(known, '^(%S+) (%S+)$')
  return {hash == ARGV[6] and 'same' or 'other', id}
end
local same = redis.call('GET', KEYS[3])
if same and stateOf(same) == 'open' then
  keep(same)
  return {'same', same}
end
local ids = redis.call('ZRANGE', KEYS[1], 0, -1)
local open, kept = 0, #ids
for _, id in ipairs(ids) do
  local state = stateOf(id)
  if state == 'open' then open = open + 1
  elseif not state or kept >= tonumber(ARGV[8]) then
    redis.call('DEL', ARGV[1] .. id, ARGV[1] .. id .. ':failures')
    redis.call('ZREM', KEYS[1], id)
    kept = kept - 1
  end
end
if open >= tonumber(ARGV[7]) then return {'full', ''} end
redis.call('HSET', KEYS[2], 'ask', ARGV[4], 'by', ARGV[5], 'same', ARGV[6], 'askedAt', ARGV[3], 'state', 'open', 'wish', '')
if ARGV[10] ~= '' then redis.call('HSET', KEYS[2], 'requestId', ARGV[10]) end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
redis.call('SET', KEYS[3], ARGV[2])
keep(ARGV[2])
return {'new', ARGV[2]}`,
};

/**
 * Notes how far a chore is, if its job is still locked by the writer. Answers its wish; `lost` if
 * another worker has it. A chore that gets on is not given up for workers that died.
 * KEYS: record, lock, failures, job. ARGV: token, change as JSON, most failures.
 */
export const note: Script = {
  name: 'note-chore',
  lua: `
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('HGET', KEYS[1], 'state') ~= 'open' then return 'lost' end
local change = cjson.decode(ARGV[2])
for name, value in pairs(change.set or {}) do
  if value == '' then redis.call('HDEL', KEYS[1], name) else redis.call('HSET', KEYS[1], name, value) end
end
for name, value in pairs(change.add or {}) do redis.call('HINCRBY', KEYS[1], 'n:' .. name, value) end
for _, failure in ipairs(change.failures or {}) do
  if redis.call('HEXISTS', KEYS[3], failure[1]) == 1 or redis.call('HLEN', KEYS[3]) < tonumber(ARGV[3]) then
    redis.call('HSET', KEYS[3], failure[1], failure[2])
  end
end
if change.add then redis.call('HDEL', KEYS[4], 'stc') end
return redis.call('HGET', KEYS[1], 'wish') or ''`,
};

/**
 * Notes a wish of an operator about a chore that is open. While it is paused or cancelled, it
 * begins nothing. Answers the state. KEYS: record, stop. ARGV: wish, seconds.
 */
export const wish: Script = {
  name: 'wish-chore',
  lua: `
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'open' then return state end
if redis.call('HGET', KEYS[1], 'wish') == 'cancel' then return 'cancel' end
redis.call('HSET', KEYS[1], 'wish', ARGV[1])
if ARGV[1] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], '1', 'EX', ARGV[2]) end
return state`,
};

/** Lets a chore that has failed go on. KEYS: record, stop. ARGV: none. */
export const reopenChore: Script = {
  name: 'reopen-chore',
  lua: `
if redis.call('HGET', KEYS[1], 'state') ~= 'failed' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'open', 'wish', '')
redis.call('HDEL', KEYS[1], 'problem', 'endedAt', 'tries')
redis.call('PERSIST', KEYS[1])
redis.call('DEL', KEYS[2])
return 1`,
};

/**
 * Ends a chore, if it is open and its job is locked by the writer, or by nobody if there is no
 * token. KEYS: record, lock, same, stop, begun, failures. ARGV: token, state, time, problem,
 * seconds for which it is kept, id.
 */
export const endChore: Script = {
  name: 'end-chore',
  lua: `
local holder = redis.call('GET', KEYS[2])
if ARGV[1] == '' and holder or ARGV[1] ~= '' and holder ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'endedAt', ARGV[3], 'wish', '')
redis.call('HDEL', KEYS[1], 'restsUntil')
if ARGV[2] ~= 'failed' then redis.call('HDEL', KEYS[1], 'marks', 'plan') end
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'problem', ARGV[4]) end
if redis.call('GET', KEYS[3]) == ARGV[6] then redis.call('DEL', KEYS[3]) end
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('EXPIRE', KEYS[6], ARGV[5])
if ARGV[2] ~= 'cancelled' then redis.call('DEL', KEYS[4]) end
if ARGV[2] ~= 'failed' then redis.call('DEL', KEYS[5]) end
return 1`,
};
