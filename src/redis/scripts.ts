/**
 * The scripts. Redis runs each as one step, and names the lock's holder in the same place as the record, so that a write
 * and the check of the lock cannot be separated. All keys of a session are in one slot of a cluster. A client sends a script
 * again if its connection is cut before the reply, so each of them may run twice. Messages are hints: a user of Redis who may
 * not publish can still write.
 */

/** Keys: record, holder. Returns the record and the last holder of the lock; an empty string stands for none. */
export const readScript = `
return { redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or '' }
`;

/**
 * Keys: record, holder. Values: the id of the record and the holder that were read, the next record and its id, its time to
 * live, the channel and the message. Writes only if nothing has changed since. Returns the start of the next record if it is
 * stored, otherwise the other record.
 */
export const replaceScript = `
local record = redis.call('GET', KEYS[1]) or ''
local holder = redis.call('GET', KEYS[2]) or ''
local id = string.match(record, '^(%x+) ') or ''
if #id ~= 32 then id = '' end
if id ~= ARGV[1] or holder ~= ARGV[2] then return { record, holder } end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[5])
redis.pcall('PUBLISH', ARGV[6], ARGV[7])
return { ARGV[4] .. ' ', holder }
`;

/**
 * Keys: lock, holder, grace, queue, waiting. Values: the id of the request for the lock, the lease, the grace period, how
 * long a request stays in the queue without asking again, how long the holder is remembered.
 *
 * Requests are granted in the order in which they first asked; one that no longer asks is skipped. A holder that has not
 * released the lock may be cut off from Redis, with new tokens that it could not store. It gets a grace period after its lease,
 * once, to come back. Returns 0 if the lock is granted, also if the script is sent again, otherwise after how many milliseconds
 * it may be free. Times are measured by the clock of Redis.
 */
export const acquireScript = `
local lock, holder, grace, queue, waiting = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, lease, graceTime, patience, memory = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
if redis.call('GET', lock) == id then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', waiting, '-inf', now)
local first = redis.call('LINDEX', queue, 0)
while first and first ~= id and not redis.call('ZSCORE', waiting, first) do
  redis.call('LPOP', queue)
  first = redis.call('LINDEX', queue, 0)
end
local left = redis.call('PTTL', lock)
if left == -2 and (not first or first == id) then
  local last = redis.call('GET', holder)
  if not last or last == id or redis.call('GET', grace) == last then
    redis.call('SET', lock, id, 'PX', lease)
    redis.call('SET', holder, id, 'PX', memory)
    redis.call('LREM', queue, 0, id)
    redis.call('ZREM', waiting, id)
    return 0
  end
  redis.call('SET', grace, last, 'PX', memory)
  redis.call('SET', lock, '', 'PX', graceTime)
  left = tonumber(graceTime)
end
if not redis.call('LPOS', queue, id) then redis.call('RPUSH', queue, id) end
redis.call('ZADD', waiting, now + patience, id)
redis.call('PEXPIRE', queue, patience * 4)
redis.call('PEXPIRE', waiting, patience * 4)
return math.max(left, 0) + 1
`;

/**
 * Keys: lock, holder. Values: the id, the lease, how long the holder is remembered. Returns 1 if the lock is held, also
 * again after its lease or after Redis has lost it, as long as it was granted to no other request. Otherwise returns 0.
 */
export const renewScript = `
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return 1
`;

/**
 * Keys: lock, holder, queue, waiting. Values: the id, the channel. Gives the lock or the place in the queue back, and tells
 * the next request.
 */
export const releaseScript = `
redis.call('LREM', KEYS[3], 0, ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end
if redis.call('EXISTS', KEYS[1]) == 1 then return end
local next = redis.call('LINDEX', KEYS[3], 0)
if next then redis.pcall('PUBLISH', ARGV[2], 'turn ' .. next) end
`;
