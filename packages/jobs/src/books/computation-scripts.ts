import type { Script } from '../script.ts';
import { standing } from './standing.ts';

/**
 * The computations of the cluster, in scripts that each run as one step. A computation is a hash
 * `computation:<id>`:
 *
 * - `by`: the request that began it, or `nobody`
 * - `client`: the client that is still to be charged for it; empty: nobody is
 * - `turn`: the priority of its job, which requests that join may raise
 * - `run`: the name of its run, absent until it is reopened
 * - `keys`: the names under which `computing:<key>` has its id, joined by spaces
 * - `w:<request>`: a request that waits, with the id of its start job if that is parked;
 *   `o:<chore>`: a chore that waits; `nobody`: it is to continue without any
 * - `plan`, `planned`, `tallied`, `b:<batch>`: how far it is, if it was cut into batches
 *
 * A computation that is over leaves one note, `ended:<id>`. All names begin with the prefix of the
 * queues.
 */
const common = `${standing}
local function release(prefix, id, keys)
  local names = {prefix .. 'computation:' .. id}
  for key in string.gmatch(keys or '', '%S+') do
    local name = prefix .. 'computing:' .. key
    if redis.call('GET', name) == id then table.insert(names, name) end
    if #names > 1000 then redis.call('DEL', unpack(names)) names = {} end
  end
  if #names > 0 then redis.call('DEL', unpack(names)) end
end
-- Whether a job still works on a computation, or is about to be added. Second: whether it was
-- added.
local function isAlive(prefix, id, seconds, grace)
  local left = redis.call('PTTL', prefix .. 'computation:' .. id)
  if left < 0 then return false, false end
  local job = redis.call('HMGET', prefix .. 'count:' .. id, 'timestamp', 'finishedOn')
  if job[1] then return not job[2] and stands(prefix .. 'count:', id), true end
  return seconds * 1000 - left < tonumber(grace), false
end
local function cancel(prefix, id, noted)
  release(prefix, id, redis.call('HGET', prefix .. 'computation:' .. id, 'keys'))
  redis.call('SET', prefix .. 'ended:' .. id, '{"outcome":"cancelled"}', 'EX', noted)
  redis.call('PUBLISH', prefix .. 'cancel', id)
end
-- Takes one that waits away. Cancels the computation, and answers true, if nobody is left.
local function takeAway(prefix, id, field, noted)
  local hash = prefix .. 'computation:' .. id
  if redis.call('HDEL', hash, field) == 0 then return false end
  for _, other in ipairs(redis.call('HKEYS', hash)) do
    if other == 'nobody' or string.match(other, '^[wo]:') then return false end
  end
  cancel(prefix, id, noted)
  return true
end
`;

/**
 * Has a request wait for the computation of each key: for the one that holds it, or for a new one
 * that all free keys together get. Returns the id of each key's; then, after an empty text, those
 * that the request has begun and whose job is still to be added; then, after another, those that
 * stand behind the request's turn and are to be raised. Nothing: the request is dismissed.
 *
 * A chore waits as a request does, but raises nothing, and has a set of the computations that it
 * waits for in place of a record.
 *
 * KEYS: the request or the chore's set, its dismissal, the new computation. ARGV: prefix, request,
 * `chore:<id>` or `nobody`, new id, seconds, grace, seconds of a note, record of the request,
 * client or empty, turn, keys.
 */
export const begin: Script = {
  name: 'begin',
  lua: `${common}
local prefix, who, new, seconds, grace, noted, record = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local isNobody, chore = who == 'nobody', string.match(who, '^chore:(.*)')
local isRequest = not isNobody and not chore
if not isNobody and redis.call('EXISTS', KEYS[2]) == 1 then return false end
local holders, ids, free, unadded, raised, seen = {}, {}, {}, {}, {}, {}
for i = 10, #ARGV do
  local id = redis.call('GET', prefix .. 'computing:' .. ARGV[i])
  if id and not seen[id] then
    local alive, added = isAlive(prefix, id, seconds, grace)
    if not alive then cancel(prefix, id, noted) end
    seen[id] = alive and 'alive' or 'gone'
    if alive then
      table.insert(ids, id)
      if not added and redis.call('HGET', prefix .. 'computation:' .. id, 'by') == who then table.insert(unadded, id) end
    end
  end
  if not id or seen[id] == 'gone' then
    id = new
    table.insert(free, ARGV[i])
    redis.call('SET', prefix .. 'computing:' .. ARGV[i], new, 'EX', seconds)
  end
  table.insert(holders, id)
end
local waits = isNobody and 'nobody' or chore and 'o:' .. chore or 'w:' .. who
for _, id in ipairs(ids) do
  local hash = prefix .. 'computation:' .. id
  if isRequest and tonumber(redis.call('HGET', hash, 'turn') or 9e9) > tonumber(ARGV[9]) then
    redis.call('HSET', hash, 'turn', ARGV[9])
    table.insert(raised, id)
  end
  redis.call('HSETNX', hash, waits, '')
  if not isRequest then redis.call('HDEL', hash, 'client') end
end
if #free > 0 then
  table.insert(ids, new)
  table.insert(unadded, new)
  redis.call('HSET', KEYS[3], 'by', who, 'keys', table.concat(free, ' '), waits, '', 'client', ARGV[8], 'turn', ARGV[9])
  redis.call('EXPIRE', KEYS[3], seconds)
end
if chore then
  redis.call('SADD', KEYS[1], unpack(ids))
  redis.call('EXPIRE', KEYS[1], seconds)
end
if isRequest then redis.call('SET', KEYS[1], record .. '\\n' .. table.concat(ids, ' '), 'EX', seconds) end
table.insert(holders, '')
for _, id in ipairs(unadded) do table.insert(holders, id) end
table.insert(holders, '')
for _, id in ipairs(raised) do table.insert(holders, id) end
return holders`,
};

/**
 * Whether each of some computations is over, also because its job is lost. KEYS: none but the
 * first's hash. ARGV: prefix, seconds, grace, seconds of a note, ids.
 */
export const look: Script = {
  name: 'look',
  lua: `${common}
local over = {}
for i = 5, #ARGV do
  local isOver = redis.call('EXISTS', ARGV[1] .. 'computation:' .. ARGV[i]) == 0
  if not isOver and not isAlive(ARGV[1], ARGV[i], ARGV[2], ARGV[3]) then
    cancel(ARGV[1], ARGV[i], ARGV[4])
    isOver = true
  end
  table.insert(over, isOver and 1 or 0)
end
return over`,
};

/**
 * Ends a computation: notes its outcome and returns the parked start jobs that wait for it, or
 * nothing if it was over. Charges the client, unless that was done or it goes on for nobody.
 * KEYS: computation, note, spent. ARGV: prefix, id, outcome, seconds, cells, seconds of the
 * allowance.
 */
export const end: Script = {
  name: 'end',
  lua: `${common}
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return false end
local parked, keys, isCharged = {}, '', ARGV[5] ~= '0'
for i = 1, #fields, 2 do
  local request = string.match(fields[i], '^w:(.*)')
  if request then redis.call('EXPIRE', ARGV[1] .. 'request:' .. request, ARGV[4]) end
  if request and fields[i + 1] ~= '' then table.insert(parked, fields[i + 1]) end
  if fields[i] == 'keys' then keys = fields[i + 1] end
  if fields[i] == 'client' and isCharged and redis.call('INCRBY', KEYS[3], ARGV[5]) == tonumber(ARGV[5]) then
    redis.call('EXPIRE', KEYS[3], ARGV[6])
  end
end
release(ARGV[1], ARGV[2], keys)
redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
return parked`,
};

/**
 * Takes a request away from those that wait for its computations; those for which nobody waits any
 * more are cancelled. Its record is then kept for as long as a note.
 * KEYS: the request. ARGV: prefix, request, seconds of a note.
 */
export const leave: Script = {
  name: 'leave',
  lua: `${common}
local ids = string.match(redis.call('GET', KEYS[1]) or '', '\\n(.*)$') or ''
for id in string.gmatch(ids, '%S+') do takeAway(ARGV[1], id, 'w:' .. ARGV[2], ARGV[3]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])`,
};

/**
 * Takes a chore away from those that wait for some computations. Returns the ids of those that are
 * cancelled, as nobody else waits. KEYS: the chore's set. ARGV: prefix, chore, seconds of a note,
 * ids.
 */
export const withdraw: Script = {
  name: 'withdraw',
  lua: `${common}
local cancelled = {}
for i = 4, #ARGV do
  redis.call('SREM', KEYS[1], ARGV[i])
  if takeAway(ARGV[1], ARGV[i], 'o:' .. ARGV[2], ARGV[3]) then table.insert(cancelled, ARGV[i]) end
end
return cancelled`,
};

/**
 * Lets a failed computation that an operator tries again hold its keys, those that are free.
 * Returns 0 if its note is no failure. KEYS: computation, note. ARGV: prefix, id, seconds, name of
 * the run, keys.
 */
export const reopen: Script = {
  name: 'reopen',
  lua: `${common}
if not string.match(redis.call('GET', KEYS[2]) or '', '"outcome":"failed"') then return 0 end
local held = {}
for i = 5, #ARGV do
  if redis.call('SET', ARGV[1] .. 'computing:' .. ARGV[i], ARGV[2], 'NX', 'EX', ARGV[3]) then table.insert(held, ARGV[i]) end
end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], 'run', ARGV[4], 'by', 'nobody', 'keys', table.concat(held, ' '), 'nobody', '')
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`,
};

/**
 * Notes the parked start job of a request in the computations that it waits for and that are not
 * over. The record of a request that waits for none is kept for as long as a note.
 * KEYS: the request. ARGV: prefix, request, start job, seconds, seconds of a note, record, ids.
 */
export const park: Script = {
  name: 'park',
  lua: `
local seconds = ARGV[5]
for i = 7, #ARGV do
  local hash = ARGV[1] .. 'computation:' .. ARGV[i]
  if redis.call('EXISTS', hash) == 1 then
    redis.call('HSET', hash, 'w:' .. ARGV[2], ARGV[3])
    seconds = ARGV[4]
  end
end
redis.call('SET', KEYS[1], ARGV[6], 'EX', seconds)`,
};

/**
 * Charges a client for what a computation is about to count, once. Returns 1 if the computation is
 * over; the cells spent before and the milliseconds until they expire if nothing is left; else
 * nothing. KEYS: computation, spent. ARGV: cells, limit, seconds of the budget.
 */
export const charge: Script = {
  name: 'charge',
  lua: `
local spent = redis.call('GET', KEYS[2])
if tonumber(spent or 0) >= tonumber(ARGV[2]) then
  if redis.call('HEXISTS', KEYS[1], 'client') == 1 then return {spent, redis.call('PTTL', KEYS[2])} end
  return 1 - redis.call('EXISTS', KEYS[1])
end
if redis.call('HDEL', KEYS[1], 'client') == 0 then return 1 - redis.call('EXISTS', KEYS[1]) end
redis.call('INCRBY', KEYS[2], ARGV[1])
if not spent then redis.call('EXPIRE', KEYS[2], ARGV[3]) end
return 0`,
};

/**
 * Writes members of a computation that is not over, if its job is still locked by the writer.
 * KEYS: computation, lock. ARGV: token, names and values.
 */
export const keep: Script = {
  name: 'keep',
  lua: `
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1`,
};

/**
 * Notes how far a batch is, if its computation is not over. KEYS: computation. ARGV: name, tiles.
 */
export const report: Script = {
  name: 'report',
  lua: `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end`,
};
