-- One pace for all replicas of an app. A replica runs this script, and nothing else, to tell Redis how things are with it; the answer
-- tells how they are with all. Whatever is told may be told again, and what comes too late is not heard: so nothing has to be undone
-- when an answer is lost. Every time is in milliseconds, on the clock of this Redis, and rounded to the later side.
--
-- KEYS[1]  text: the state, as JSON. See the function fresh.
-- ARGV[1]  JSON: the replica (name), number (of this message: each is higher than the one before), wants (a turn), calls (it has a call
--          under way, which will be over in so many ms at the latest), ended (a call ended so many ms ago) and how, knows (the view that
--          it was told last), bye; and interval, doubt, turn, silent, alive, forget,
--          beat: times of shared.go; slowStep, slowMost, slowRuns: of slowness.go
-- Returns  JSON: granted (the turn is the replica's), wait (ms after which it is worth asking again), now, view (number of the list
--          of replicas), replicas (their names, in order), agreed (all of them know this view), slow, waiting (replicas in line)
local key, told = KEYS[1], cjson.decode(ARGV[1])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Another process of Redis may know less than the one before. Where INFO is not allowed, only silence tells.
local info = redis.pcall('INFO', 'server')
local process = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'

local function fresh()
  return {
    format = 1,
    process = process,
    seen = 0,      -- when a replica was last heard
    doubt = 0,     -- until when nothing is granted, since nobody knows what the replicas did without this Redis
    next = 0,      -- when the next call may be made
    slow = 0,      -- added to the interval after throttle answers
    fine = 0,      -- answers without throttling since slow last changed
    tickets = 0,   -- given out in line
    view = 0,      -- number of the list of replicas as it is now
    replicas = {}, -- by name: number, seen, knows, ticket (it is in line), calls (until when its call is over at the latest)
  }
end

local stored = redis.call('GET', key)
local isJSON, state = pcall(cjson.decode, stored or '')
if not isJSON or type(state) ~= 'table' or state.format ~= 1 then state = fresh() end
local replicas = state.replicas

local function changed() state.view = math.max(now, state.view + 1) end

-- This Redis was away, is new, or has an old state or another clock, and the replicas may have called on their own: those who still
-- call say so before the doubt is over, and those who have ended a call since did so before it began.
if state.process ~= process or now < state.seen or now - state.seen > told.silent then
  state.process = process
  state.doubt = now + told.doubt
  state.next = math.max(state.doubt, math.min(state.next, now + told.interval + state.slow))
  for _, replica in pairs(replicas) do
    replica.seen = now
    if replica.calls then replica.calls = math.min(replica.calls, now + told.turn) end
  end
  changed()
end
state.seen = now

local own = replicas[told.replica]
if not own then
  own = { number = 0 }
  replicas[told.replica] = own
  changed()
end
local late = told.number <= own.number -- it was under way for so long that a later one overtook it

if not late then
  own.number, own.seen, own.knows = told.number, now, told.knows
  own.calls = told.calls and now + 1 + told.calls
  if told.ended then
    if told.how == 'throttled' then
      state.slow, state.fine = math.min(told.slowMost, math.max(told.slowStep, 2 * state.slow)), 0
    elseif told.how == 'answered' and state.slow > 0 then
      state.fine = state.fine + 1
      if state.fine == told.slowRuns then
        state.slow, state.fine = state.slow / 2, 0
        if state.slow < told.slowStep then state.slow = 0 end
      end
    end
    state.next = math.max(state.next, now + 1 - told.ended + told.interval + state.slow)
  end
  if not told.wants then
    own.ticket = nil
  elseif not own.ticket then
    state.tickets = state.tickets + 1
    own.ticket = state.tickets
  end
  if told.bye and not own.calls then
    replicas[told.replica] = nil
    changed()
  end
end

local busy, names = false, {}
for name, replica in pairs(replicas) do
  if replica.calls and now >= replica.calls then -- it died: its call may have arrived as late as then
    state.next = math.max(state.next, replica.calls + told.interval + state.slow)
    replica.calls = nil
  end
  if replica.calls then
    busy = true
  elseif now - replica.seen > told.forget then
    replicas[name] = nil
    changed()
  end
  if replicas[name] then names[#names + 1] = name end
end
table.sort(names)

-- A replica that is silent may be about to call by itself. For as long as one that dies is noticed, and no longer, nobody else calls.
local unsure = false
local waiting, first, agreed = 0, true, now >= state.doubt
for _, name in ipairs(names) do
  local replica = replicas[name]
  if replica.knows ~= state.view then agreed = false end
  local silence = now - replica.seen
  if silence > told.silent and silence <= told.alive then unsure = true end
  if replica.ticket and silence <= told.alive then
    waiting = waiting + 1
    if own.ticket and replica.ticket < own.ticket then first = false end
  end
end

local granted, wait = false, told.beat
if own.ticket then wait = math.min(told.beat, math.max(10, math.floor(told.interval / 4))) end
if own.ticket and first and not busy and not unsure and not late then
  wait = state.next - now
  if wait <= 0 then
    granted, wait = true, told.beat
    own.calls, own.ticket = now + 1 + told.turn, nil
  end
end

redis.call('SET', key, cjson.encode(state), 'PX', 3600 * 1000)
return cjson.encode({
  granted = granted, wait = wait, now = now, view = state.view, replicas = names, agreed = agreed, slow = state.slow, waiting = waiting,
})
