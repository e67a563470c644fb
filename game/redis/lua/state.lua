-- state.lua: the hunt itself, the time, and what the caller sent.
--
-- Needs    keys.lua
-- ARGV[1]  packed: hunt, channel of the bell, nonce (4 bytes), clock (Unix ms
--          or false: Redis's own), rules, commands, definitions, known head
--          (recover.lua) or false, revisions that commands were judged by,
--          nonce of the commit before or false
-- Defines  args, meta, now, origin, hunt_time, rules, foreign, stale, challenge, tally, idiv, in_bounds
--
-- rules are the part of a definition that the batch needs:
--   {digest of its source, badges (packed list or false), {challenge -> packed}, {challenge/hint -> packed}}
--   challenge: initial minimum decay function bonus requires max cooldown opens closes count
--   hint:      cost requires
--   badge:     {id, points, manual, place, points_at_least, firsts, streak,
--               within, solves, of, challenges, need, least}
--            of and challenges: packed list of fields a:CH, or false

local args = unpacked(ARGV[1])
local rules = args[5]

local MAX_POINTS = 4194303

-- meta is the hunt without its entrants; meta.epoch is nil when there is none,
-- meta.rev 0 before the first define. All but the head is one packed field.
local meta = {}
local meta_changed = false
do
  local got = call('HMGET', KEYS[1], 'epoch', 'seq', 'at', 'state', 'nonce')
  if got[1] then
    meta.epoch, meta.seq, meta.at = got[1], tonumber(got[2]), tonumber(got[3])
    meta.nonce = got[5]
  else
    meta.seq, meta.at = 0, 0
    got[4] = pack(0, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', 0)
  end
  meta.rev, meta.phase, meta.opened, meta.closed, meta.paused, meta.shift, meta.frozen, meta.frozen_seq,
    meta.freeze_changed, meta.opens, meta.closes, meta.freeze, meta.places, meta.mode, meta.source, meta.origin =
    unpacked(got[4])
end

local function meta_packed()
  local m = meta
  return pack(m.rev, m.phase, m.opened, m.closed, m.paused, m.shift, m.frozen, m.frozen_seq, m.freeze_changed, m.opens,
    m.closes, m.freeze, m.places, m.mode, m.source, m.origin or 0)
end

local function alter(name, value)
  meta[name], meta_changed = value, true
end

local now = args[4]
if not now then
  local time = call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
if now < meta.at then now = meta.at end

-- The ledger and the entrants keep times as ms after the origin, the first
-- epoch of the hunt: five bytes instead of nine. meta.origin is 0, or nil in a
-- hunt of an earlier version, while there is only one epoch.
local origin = meta.origin or 0
if origin == 0 then origin = tonumber(meta.epoch) or now end

local function hunt_time()
  if meta.paused ~= 0 then return meta.paused - meta.shift end
  return now - meta.shift
end

-- idiv is Go's integer division. a/b alone may round up to the next whole
-- number; a - fmod(a, b) divides exactly.
local function idiv(a, b) return (a - math.fmod(a, b)) / b end

local function in_bounds(total) return total <= MAX_POINTS and total >= -MAX_POINTS end

-- foreign tells that the commands were judged in another history (recover.lua).
local foreign = false

-- stale tells whether a command was judged by another revision. One that
-- restores an entry has no revision but false.
local function stale(rev) return rev ~= false and (rev ~= meta.rev or foreign) end

local challenges = {}

-- challenge returns a challenge of the definition in force, or nil.
local function challenge(id)
  local c = challenges[id]
  if c == nil then
    local raw = rules and rules[3][id]
    c = false
    if raw then
      c = {}
      c.initial, c.minimum, c.decay, c.func, c.bonus, c.requires, c.max, c.cooldown, c.opens, c.closes, c.count =
        unpacked(raw)
    end
    challenges[id] = c
  end
  return c or nil
end

-- worth is hunt.Points.Value.
local function worth(c, x)
  local v
  if c.func == 'linear' then
    if c.decay > 0 and x > idiv(c.initial - c.minimum, c.decay) then return c.minimum end
    v = c.initial - c.decay * x
  elseif c.func == 'quadratic' then
    if x >= c.decay then return c.minimum end
    v = c.initial - idiv((c.initial - c.minimum) * x * x, c.decay * c.decay)
  else
    return c.initial
  end
  return math.max(v, c.minimum)
end

local tallies = {}

local function tally(id)
  local t = tallies[id]
  if not t then
    t = { solves = 0, given = 0, packed = pack(id), changed = false }
    local raw = call('HGET', base .. 'tally', id)
    if raw then t.solves, t.given = unpacked(raw) end
    tallies[id] = t
  end
  return t
end
