-- One pace for all replicas of an app: shared.go runs this script for everything that a replica asks or tells.
--
-- KEYS[1]  hash: owner, until (of its lease), next (the earliest time of the next call), slow and fine (see slowness in local.go),
--          seen (when a replica was last heard)
-- KEYS[2]  sorted set of replicas, by when each was last heard
-- KEYS[3]  sorted set of replicas that wait for a turn, by when they began to
-- ARGV     what, replica, interval, guard, lease, alive, forget: times in milliseconds
-- Returns  {granted (1 or 0), milliseconds to wait, now, replicas...}
--
-- Every time is the clock of this Redis.
local pace, replicas, line = KEYS[1], KEYS[2], KEYS[3]
local what, replica = ARGV[1], ARGV[2]
local interval, guard, lease, alive, forget = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function number(field) return tonumber(redis.call('HGET', pace, field) or '') end
local function set(...) redis.call('HSET', pace, ...) end
local function text(n) return string.format('%d', n) end -- tostring would round it

local function free(after)
  redis.call('HDEL', pace, 'owner', 'until')
  set('next', text(math.max(number('next') or 0, after + interval + (number('slow') or 0))))
end

-- Of a time when no replica was heard nothing is known: this Redis was away, is new, or has an old state or another clock, and the
-- replicas may have called on their own. Those who still call say so with their next beat.
local seen = number('seen')
if not seen or now - seen > alive or now < seen then
  redis.call('DEL', pace, line)
  set('next', text(now + interval + guard))
end
set('seen', text(now))

redis.call('ZADD', replicas, text(now), replica)
redis.call('ZREMRANGEBYSCORE', replicas, '-inf', text(now - forget))
redis.call('ZREMRANGEBYSCORE', replicas, '(' .. text(now), '+inf') -- of another clock

local owner, till = redis.call('HGET', pace, 'owner'), number('until')
if owner and now >= till then -- it died: its call may have arrived as late as then
  free(till)
  owner = false
end

local granted, wait = 0, 0
if what == 'ask' then
  redis.call('ZADD', line, 'NX', text(now), replica)
  local first = redis.call('ZRANGE', line, 0, 0)[1]
  while first ~= replica and now - tonumber(redis.call('ZSCORE', replicas, first) or 0) > alive do
    redis.call('ZREM', line, first)
    first = redis.call('ZRANGE', line, 0, 0)[1]
  end
  wait = (number('next') or 0) - now
  if owner == replica then -- it was granted before, but the answer was lost
    granted = 1
  elseif owner or first ~= replica then
    wait = math.max(wait, 1)
  elseif wait <= 0 then
    granted = 1
  end
  if granted == 1 then
    set('owner', replica, 'until', text(now + lease))
    redis.call('ZREM', line, replica)
  end
elseif what == 'leave line' then
  redis.call('ZREM', line, replica)
elseif what == 'calling' then -- a beat of a replica with a call under way
  if not owner then set('owner', replica, 'until', text(now + lease)) end
elseif what == 'answered' or what == 'throttled' or what == 'given up' then
  local slow, fine = number('slow') or 0, number('fine') or 0
  if what == 'throttled' then
    slow, fine = math.min(8000, math.max(250, 2 * slow)), 0
  elseif what == 'answered' and slow > 0 then
    fine = fine + 1
    if fine == 10 then
      slow, fine = slow / 2, 0
      if slow < 250 then slow = 0 end
    end
  end
  set('slow', text(slow), 'fine', text(fine))
  if not owner or owner == replica then free(now) end
elseif what == 'unused' then
  if owner == replica then redis.call('HDEL', pace, 'owner', 'until') end
elseif what == 'bye' then
  redis.call('ZREM', replicas, replica)
  redis.call('ZREM', line, replica)
  if owner == replica then free(now) end
elseif owner == replica then -- a beat of a replica that does not call: how its call ended was not heard
  free(now)
end

for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 3600 * 1000) end
local answer = { granted, math.max(0, wait), now }
for _, name in ipairs(redis.call('ZRANGE', replicas, 0, -1)) do answer[#answer + 1] = name end
return answer
