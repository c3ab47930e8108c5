/**
 * The scripts. Redis runs each as one step, and names the lock's holder in the same place as the record, so that a write
 * and the check of the lock cannot be separated. All keys of a session are in one slot of a cluster.
 */

/** Keys: record, holder. Returns the record and the last holder of the lock; an empty string stands for none. */
export const readScript = `
return { redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or '' }
`;

/**
 * Keys: record, holder. Values: the id of the record and the holder that were read, the next record and its id, its time to
 * live, the channel and the message. Writes only if nothing has changed since. Returns the id of the next record if it is
 * stored, otherwise the other record. A client may send the script twice, if its connection is cut.
 */
export const replaceScript = `
local record = redis.call('GET', KEYS[1]) or ''
local holder = redis.call('GET', KEYS[2]) or ''
if string.sub(record, 1, #ARGV[4]) ~= ARGV[1] or holder ~= ARGV[2] then return { record, holder } end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[7])
return { ARGV[4], holder }
`;

/**
 * Keys: lock, holder, queue, waiting. Values: the id of the request for the lock, the lease, how long a request stays in
 * the queue without asking again, how long the holder is remembered. Requests are granted in the order in which they first
 * asked; one that no longer asks is skipped. Returns 0 if the lock is granted, otherwise after how many milliseconds it may
 * be free. Times are measured by the clock of Redis.
 */
export const acquireScript = `
local id, lease, patience, memory = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
local first = redis.call('LINDEX', KEYS[3], 0)
while first and first ~= id and not redis.call('ZSCORE', KEYS[4], first) do
  redis.call('LPOP', KEYS[3])
  first = redis.call('LINDEX', KEYS[3], 0)
end
local left = redis.call('PTTL', KEYS[1])
if left == -2 and (not first or first == id) then
  redis.call('SET', KEYS[1], id, 'PX', lease)
  redis.call('SET', KEYS[2], id, 'PX', memory)
  redis.call('LREM', KEYS[3], 0, id)
  redis.call('ZREM', KEYS[4], id)
  return 0
end
if not redis.call('LPOS', KEYS[3], id) then redis.call('RPUSH', KEYS[3], id) end
redis.call('ZADD', KEYS[4], now + patience, id)
redis.call('PEXPIRE', KEYS[3], patience * 4)
redis.call('PEXPIRE', KEYS[4], patience * 4)
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

/** Keys: lock, queue, waiting. Values: the id, the channel. Gives the lock or the place in the queue back. */
export const releaseScript = `
redis.call('LREM', KEYS[2], 0, ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then redis.call('DEL', KEYS[1]) end
if holder and holder ~= ARGV[1] then return end
local next = redis.call('LINDEX', KEYS[2], 0)
if next then redis.call('PUBLISH', ARGV[2], 'turn ' .. next) end
`;
