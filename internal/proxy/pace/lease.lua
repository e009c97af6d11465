-- One lease per app, for one call at a time. A replica sends its state, and receives the state of all replicas.
-- Messages are idempotent. Times are in ms: in the state by this Redis's clock, in messages and replies from now.
--
-- KEYS[1]  the state as JSON: see fresh
-- ARGV     replica; number of its message; its waiting callers; number of its next turn; number of its last turn if
--          that has ended, or 0, with the pause after it and slow and runs (see local.go); interval; lease
-- Returns  granted (1 or 0), when to ask again, time until the next call as far as known, slow, runs, and the numbers
--          of waiting callers and of replicas
local replica, number, callers, turn = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local ended, pause, slow, runs = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local interval, lease = tonumber(ARGV[9]), tonumber(ARGV[10])
local recent, forget, longest, poll = 2500, 60000, 3600000, math.max(10, math.min(250, interval / 4))

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local info = redis.pcall('INFO', 'server') -- fails if the user lacks the permission
local process = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'

-- A fresh state does not know of a call under way, so it grants nothing until every earlier lease has ended.
local function fresh()
  return {
    format = 2, process = process, at = now,
    next = now + lease + interval,   -- when the next call may be made
    holder = '', turn = 0, ends = 0, -- the lease: a replica, its turn, its latest end
    slow = 0, runs = 0, pass = 0,    -- pass of the replica that had the last turn
    replicas = {},                   -- by name: number, heard, callers, pass (the lowest is next)
  }
end

local function decide(s)
  local own = s.replicas[replica] or { number = 0, callers = 0, pass = 0 }
  local late = number <= own.number -- a later message overtook this one
  s.at, s.replicas[replica] = now, own
  if not late then
    if own.callers == 0 then own.pass = math.max(own.pass, s.pass) end
    own.number, own.heard, own.callers = number, now, callers
    if s.holder == replica and s.turn == ended then
      s.holder, s.slow, s.runs = '', slow, runs
      s.next = math.max(s.next, now + math.min(pause, longest))
    end
  end
  -- The replica already had a grant for this turn, but the reply did not arrive in time.
  local unused = not late and s.holder == replica and s.turn == turn
  if unused then s.holder = '' end

  local waiting, count, first = 0, 0, true
  for name, other in pairs(s.replicas) do
    if now - other.heard > forget then
      s.replicas[name] = nil
    elseif now - other.heard <= recent then
      waiting, count = waiting + other.callers, count + 1
      if other.callers > 0 and other.pass < own.pass then first = false end
    end
  end
  local free = s.next
  if s.holder ~= '' then free = math.max(free, s.ends + interval + s.slow) end
  local granted = not late and callers > 0 and (unused or first and now >= free)
  if granted then
    if not unused then s.pass, own.pass = own.pass, own.pass + 1 / callers end
    s.holder, s.turn, s.ends, own.callers = replica, turn, now + lease + 1, 0
  end
  redis.call('SET', KEYS[1], cjson.encode(s), 'PX', longest)
  local wait = math.max(0, s.next - now)
  local ask = own.callers > 0 and math.min(1000, math.max(wait, (s.holder ~= '' or not first) and poll or 1)) or 1000
  return { granted and 1 or 0, math.ceil(ask), wait, s.slow, s.runs, waiting, count }
end

local ok, reply = pcall(function()
  local s = cjson.decode(redis.pcall('GET', KEYS[1]))
  assert(s.format == 2 and s.process == process and s.at <= now and s.next <= now + longest)
  assert(s.ends <= now + lease + 1 and s.slow >= 0 and s.slow <= longest and s.runs >= 0)
  return decide(s)
end)
return ok and reply or decide(fresh()) -- the state is missing or invalid
