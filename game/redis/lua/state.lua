-- state.lua: the hunt itself, the time, and what the caller sent.
--
-- Needs    keys.lua
-- ARGV[1]  packed values, named below in their order (request.go):
--   hunt         its id
--   bell         channel of the bell
--   nonce        of this commit, 4 bytes
--   clock        Unix ms, or false: Redis's own
--   rules        what the batch needs of the definition that the caller knows, or false:
--     digest     of its source
--     badges     packed list of packed badges (badges.lua), or false
--     challenges challenge -> packed (challenge, below)
--     hints      challenge/hint -> packed cost, requires, after
--     practice   whether it has that
--     size       players of a team, or 0
--     divisions  id -> true
--     routes     packed by, list of challenges, id of the hunt; or false (unlock.lua)
--     finish     packed (unlock.lua), or false
--   batch        list of commands. A claim or an event is a packed text
--                (claim.lua), any other command a table with a type and named
--                fields (organize.lua, enter.lua, recover.lua)
--   definitions  list of those that the batch applies (enter.lua)
--   remembered   the head that the node remembers (recover.lua), or false
--   judged_by    revisions that commands were judged by
--   follows      nonce of the commit before, or false: any
-- Defines  these, meta, alter, now, origin, hunt_time, foreign, stale, challenge, tally, in_bounds

local hunt, bell, nonce, clock, rules, batch, definitions, remembered, judged_by, follows = unpacked(ARGV[1])

-- meta is the hunt without its entrants; meta.epoch is nil when there is none,
-- meta.rev 0 before the first define. All but the head is one packed field.
local meta
local meta_changed = false
do
  local format, epoch, seq, at, state, head_nonce =
    unpack(call('HMGET', KEYS[1], 'format', 'epoch', 'seq', 'at', 'state', 'nonce'))
  if epoch and tonumber(format or 0) ~= META_FORMAT then return pack('format', tonumber(format or 0)) end
  if not epoch then
    seq, at, head_nonce = 0, 0, nil
    state = pack(0, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  end
  local rev, phase, opened, closed, paused, shift, frozen, frozen_seq, freeze_changed, opens, closes, freeze, places,
    mode, source, first_epoch, extra, deleted, joined, skips, file_opens, file_closes, free, divided, limit = unpacked(state)
  meta = {
    epoch = epoch or nil, seq = tonumber(seq), at = tonumber(at), nonce = head_nonce,
    rev = rev, phase = phase, opened = opened, closed = closed, paused = paused, shift = shift,
    frozen = frozen, frozen_seq = frozen_seq, freeze_changed = freeze_changed,
    opens = opens, closes = closes, freeze = freeze, places = places, mode = mode, source = source,
    origin = first_epoch, epochs = nil, extra = extra, deleted = deleted, joined = joined, skips = skips,
    file_opens = file_opens, file_closes = file_closes, free = free,
    divided = divided, limit = limit,
  }
end

local function meta_packed()
  local m = meta
  return pack(m.rev, m.phase, m.opened, m.closed, m.paused, m.shift, m.frozen, m.frozen_seq, m.freeze_changed, m.opens,
    m.closes, m.freeze, m.places, m.mode, m.source, m.origin or 0, m.extra, m.deleted, m.joined, m.skips, m.file_opens,
    m.file_closes, m.free, m.divided, m.limit)
end

local function alter(name, value)
  meta[name], meta_changed = value, true
end

local now = clock
if not now then
  local seconds, micros = unpack(call('TIME'))
  now = tonumber(seconds) * 1000 + math.floor(tonumber(micros) / 1000)
end
if now < meta.at then now = meta.at end

-- The ledger and the entrants keep times as ms after the origin, the first
-- epoch of the hunt: five bytes instead of nine. meta.origin is 0, or nil in a
-- hunt without entries, while there is only one epoch.
local origin = meta.origin or 0
if origin == 0 then origin = tonumber(meta.epoch) or now end

local function hunt_time()
  if meta.paused ~= 0 then return meta.paused - meta.shift end
  return now - meta.shift
end

local function in_bounds(total) return total <= MAX_POINTS and total >= -MAX_POINTS end

-- foreign is whether the commands were judged in another history (recover.lua).
local foreign = false

-- stale reports whether a command was judged by another revision. One that
-- restores an entry has false instead of a revision.
local function stale(rev) return rev ~= false and (rev ~= meta.rev or foreign) end

local challenges = {}

-- named_challenge names what Go packs of a challenge (compile.go).
local function named_challenge(initial, minimum, decay, func, bonus, requires, max, cooldown, opens, closes, count, per,
    penalty, unlock, stop)
  return {
    initial = initial, minimum = minimum, decay = decay, func = func, bonus = bonus, requires = requires,
    max = max, cooldown = cooldown, opens = opens, closes = closes, count = count, per = per, penalty = penalty,
    unlock = unlock, stop = stop,
  }
end

-- challenge returns a challenge of the definition in force, or nil.
local function challenge(id)
  local c = challenges[id]
  if c == nil then
    local packed = rules and rules.challenges[id]
    c = packed and named_challenge(unpacked(packed)) or false
    challenges[id] = c
  end
  return c or nil
end

local tallies = {}

local function tally(id)
  local t = tallies[id]
  if not t then
    t = { solves = 0, given = 0, packed = pack(id), changed = false }
    local kept = call('HGET', base .. 'tally', id)
    if kept then t.solves, t.given = unpacked(kept) end
    tallies[id] = t
  end
  return t
end
