/**
 * Lua, since each of these must happen whole or not at all. Every script names its keys, so that a client's key prefix applies.
 * A message is a stream entry with the fields `id` and `body`, and `refused` and `returned` once it came back.
 * What moves a message takes it away before it adds it: in a full Redis a script may add only after its first delete.
 */

const READ_ENTRY = `
local function read(key, entry)
  local found = redis.call('XRANGE', key, entry, entry)
  if not found[1] then return nil end
  local message = { refused = '0', returned = '0' }
  local fields = found[1][2]
  for i = 1, #fields, 2 do message[fields[i]] = fields[i + 1] end
  return message
end
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;

/** When a message was first added, which came back or did not. */
const FIRST_ADDED = `
local function first(since, entry)
  return redis.call('ZSCORE', since, entry) or string.match(entry, '^%d+')
end
`;

/** KEYS stream; ARGV id, body, id, body … */
export const PUBLISH = `
for i = 1, #ARGV, 2 do redis.call('XADD', KEYS[1], '*', 'id', ARGV[i], 'body', ARGV[i + 1]) end
`;

/**
 * KEYS stream; ARGV group. Makes the group, and the stream, where they are not there yet. Redis refuses that while its memory is
 * full, though only consumers make room: a script that has begun with a delete may go on to write.
 */
export const JOIN = `
redis.call('XDEL', KEYS[1], '0-0')
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
`;

/** KEYS stream, since; ARGV group, entry … Acknowledged entries leave the stream at once. */
export const FINISH = `
redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
redis.call('ZREM', KEYS[2], unpack(ARGV, 2))
`;

/**
 * KEYS stream, delayed, since; ARGV group, entry, refused, returned, pause in ms.
 * Nothing happens where another consumer has finished the entry meanwhile. What comes back is another entry: `since` says when its
 * first one was added.
 */
export const PUT_OFF = `${READ_ENTRY}${FIRST_ADDED}
local message = read(KEYS[1], ARGV[2])
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return end
redis.call('XDEL', KEYS[1], ARGV[2])
local added = first(KEYS[3], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
if not message then return end
local pause = tonumber(ARGV[5])
if pause == 0 then
  local again = redis.call('XADD', KEYS[1], '*', 'id', message.id, 'body', message.body, 'refused', ARGV[3], 'returned', ARGV[4])
  redis.call('ZADD', KEYS[3], added, again)
else
  redis.call('ZADD', KEYS[3], added, ARGV[2])
  redis.call('ZADD', KEYS[2], now() + pause, cmsgpack.pack({ ARGV[2], message.id, message.body, ARGV[3], ARGV[4] }))
end
`;

/** KEYS stream, delayed, since; ARGV limit. Due messages go back into the stream. Returns the ms until the next is due, -1 where none waits. */
export const PROMOTE = `${READ_ENTRY}${FIRST_ADDED}
local moment = now()
for _, packed in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', moment, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local message = cmsgpack.unpack(packed)
  redis.call('ZREM', KEYS[2], packed)
  local added = first(KEYS[3], message[1])
  redis.call('ZREM', KEYS[3], message[1])
  local again = redis.call('XADD', KEYS[1], '*', 'id', message[2], 'body', message[3], 'refused', message[4], 'returned', message[5])
  redis.call('ZADD', KEYS[3], added, again)
end
local next = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if not next[2] then return -1 end
return math.max(0, next[2] - moment)
`;

/** KEYS stream, dead, since; ARGV group, entry, attempts, reason. */
export const BURY = `${READ_ENTRY}
local message = read(KEYS[1], ARGV[2])
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
if not message then return end
redis.call('XADD', KEYS[2], '*', 'id', message.id, 'body', message.body, 'attempts', ARGV[3], 'reason', ARGV[4])
`;

/** KEYS stream; ARGV group, consumer, lease in ms, cursor, count. Returns the next cursor, and entries with how often each was delivered. */
export const TAKE_OVER = `
local reply = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])
local taken = {}
for i, entry in ipairs(reply[2]) do
  taken[i] = { entry[1], entry[2], redis.call('XPENDING', KEYS[1], ARGV[1], entry[1], entry[1], 1)[1][4] }
end
return { reply[1], taken }
`;

/** KEYS stream; ARGV group, idle ms, consumer. Removes the consumer, and any that was idle for so long, but none that has messages. */
export const LEAVE = `
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #info, 2 do consumer[info[i]] = info[i + 1] end
  if consumer.pending == 0 and (consumer.name == ARGV[3] or consumer.idle >= tonumber(ARGV[2])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end
`;

/** KEYS stream, delayed, dead; ARGV group. Returns messages, dead letters, and the age in ms of the oldest that nobody was given, or -1. */
export const DEPTH = `${READ_ENTRY}
local given = '-'
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if not groups.err then
  for _, info in ipairs(groups) do
    local group = {}
    for i = 1, #info, 2 do group[info[i]] = info[i + 1] end
    if group.name == ARGV[1] then given = '(' .. group['last-delivered-id'] end
  end
end
local oldest = redis.call('XRANGE', KEYS[1], given, '+', 'COUNT', 1)[1]
local age = -1
if oldest then age = math.max(0, now() - tonumber(string.match(oldest[1], '^%d+'))) end
return { redis.call('XLEN', KEYS[1]) + redis.call('ZCARD', KEYS[2]), redis.call('XLEN', KEYS[3]), age }
`;

/** KEYS stream, dead; ARGV entry … Puts dead letters back, each once however many ask; returns how many. */
export const REPLAY = `${READ_ENTRY}
local moved = 0
for _, entry in ipairs(ARGV) do
  local message = read(KEYS[2], entry)
  if message then
    redis.call('XDEL', KEYS[2], entry)
    redis.call('XADD', KEYS[1], '*', 'id', message.id, 'body', message.body)
    moved = moved + 1
  end
end
return moved
`;

/** KEYS stream. Returns a time in ms that no entry has which is added from now on, but in this very millisecond. */
export const MARK = `${READ_ENTRY}
local last = 0
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if not info.err then
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then last = tonumber(string.match(info[i + 1], '^%d+')) end
  end
end
return tostring(math.max(last, now()))
`;

/** KEYS stream, since; ARGV mark. Returns whether there is an entry, or one that is put off, that was first added by then. */
export const HOLDS = `
if redis.call('XRANGE', KEYS[1], '-', ARGV[1], 'COUNT', 1)[1] then return 1 end
if redis.call('ZRANGE', KEYS[2], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 1)[1] then return 1 end
return 0
`;

/** KEYS dead; ARGV entry, body. Another entry takes the place of one that is still there; returns whether it was. */
export const REWRITE = `${READ_ENTRY}
local message = read(KEYS[1], ARGV[1])
if not message then return 0 end
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('XADD', KEYS[1], '*', 'id', message.id, 'body', ARGV[2], 'attempts', message.attempts, 'reason', message.reason,
  'deadAt', message.deadAt or string.match(ARGV[1], '^%d+'))
return 1
`;
