-- entrant.lua: entrants. They are read at most once a call, changed in memory,
-- and written by commit.lua.
--
-- Needs    keys.lua
-- Defines  entrants, mark, entrant, new_entrant, more, alter_more, who,
--          field, set, unset, all_fields, holds, solved, tried, tried_all, entrant_reply, board_score
--
-- Fields of e:ID (with ids of ordinary length names and values stay below 64
-- bytes and fields below 128, so that Redis keeps the hash as one flat listpack):
--   s        total solves firsts streak broken tie join_seq joined_after out badges
--            tried more; out is OUT_BANNED + OUT_HIDDEN, more is packed number raised
--            clock extra division finished_seq finished_after skips
--   a:CH     flags id player seq after points bonus total, and tie where it is not
--            seq; flags is the sum of AWARD_FIRST, AWARD_REVOKED and AWARD_BADGES (it
--            has g:CH)
--   g:CH     badges that came with the award
--   b:BADGE  seq after points place
--   h:CH/H   id seq after cost total rev
--   k:CH     1: skipped for this entrant
--   p:CH/ID  seq after points total: the penalty for a claim
-- Fields of t:ID:
--   CH       count retry_at broken recent answers pending events brake; recent is a
--            list of {id, at, left, retry_after} and, with a penalty, its seq, points
--            and total; answers is one of digests; pending {id, player, note, at, seq}
--            or false; events how many were counted; brake {free, since, level, last}
--            or false
-- A player is true where its id is the entrant's.

local entrants = {}

-- e.mark is how much of an entrant changed in this call: MARK_CHANGED anything,
-- MARK_SAVED s, MARK_RANKED the place on the board; each includes the ones before.

-- The constructor names every field that an award needs at once: a Lua table that
-- grows field by field is copied at 1, 2, 4, 8 and 16 fields, and this has 17.
--
-- f are the fields that were looked at or changed, false where there is none;
-- put is the name of the one that changed, or a list of names. short is the
-- packed form of the id.
local function unpack_entrant(id, short, state, f)
  local total, solves, firsts, streak, broken, tie, join_seq, joined, out, badges, tried, rest = unpacked(state)
  return {
    id = id, short = short or pack(id), f = f, put = false, mark = 0,
    total = total, solves = solves, firsts = firsts, streak = streak, broken = broken, tie = tie,
    join_seq = join_seq, joined = joined, out = out, badges = badges, tried = tried, rest = rest,
  }
end

local function mark(e, how)
  if e.mark < how then e.mark = how end
end

local NOBODY = pack(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, pack(0, 0, 0, 0, '', 0, 0, 0))

-- more returns what few commands look at: number (how many joined before), raised
-- (seq of the last correction that moved the tie), clock (hunt time of the start),
-- extra (ms), division, finished_seq, finished_after, skips (how many).
local function more(e)
  local m = e.more
  if not m then
    local number, raised, clock, extra, division, finished_seq, finished_after, skips = unpacked(e.rest)
    m = {
      number = number, raised = raised, clock = clock, extra = extra, division = division,
      finished_seq = finished_seq, finished_after = finished_after, skips = skips,
    }
    e.more = m
  end
  return m
end

local function alter_more(e, name, value)
  local m = more(e)
  m[name] = value
  e.rest = pack(m.number, m.raised, m.clock, m.extra, m.division, m.finished_seq, m.finished_after, m.skips)
  mark(e, MARK_SAVED)
end

-- entrant returns the entrant or nil. want is the name of a field that the caller
-- is about to look at.
local function entrant(id, short, want)
  local e = entrants[id]
  if e then
    if short then e.short = short end
    return e
  end
  local key = base .. 'e:' .. id
  local state = call('HGET', key, 's')
  if not state then return nil end
  e = unpack_entrant(id, short, state, want and { [want] = call('HGET', key, want) } or {})
  entrants[id] = e
  return e
end

local function new_entrant(id, short)
  local e = unpack_entrant(id, short, NOBODY, {})
  e.full = true
  entrants[id] = e
  return e
end

-- who returns {name, looks, invite, players, names}. The players are a list of
-- their own: a Lua function returns 8000 values at most, and a team may be a crowd.
local function who(e)
  if not e.who then
    local name, looks, invite, players, names = unpacked(call('HGET', base .. 'who', e.id))
    e.who = { name = name, looks = looks, invite = invite, players = players, names = names }
  end
  return e.who
end

local function field(e, name)
  local v = e.f[name]
  if v == nil then
    v = not e.full and call('HGET', base .. 'e:' .. e.id, name)
    e.f[name] = v
  end
  return v
end

-- set and unset are for entrants that are changing.
local function set(e, name, value)
  e.f[name] = value
  local put = e.put
  if not put or put == name then
    e.put = name
  elseif type(put) == 'string' then
    e.put = { put, name }
  else
    put[#put + 1] = name
  end
end

local function unset(e, name) set(e, name, false) end

local function all_fields(e)
  if e.full then return end
  e.full = true
  local f, all = e.f, call('HGETALL', base .. 'e:' .. e.id)
  for i = 1, #all, 2 do
    if f[all[i]] == nil then f[all[i]] = all[i + 1] end
  end
end

-- holds reports whether a field a:CH is there and not revoked. The flags are
-- the first value and one byte.
local function holds(e, name)
  local award = field(e, name)
  return award and string.byte(award) % AWARD_BADGES < AWARD_REVOKED
end

local function solved(e, challenge) return holds(e, 'a:' .. challenge) end

local function attempts(packed)
  local count, retry_at, broken, recent, answers, pending, events, brake = unpacked(packed)
  return {
    count = count, retry_at = retry_at, broken = broken, recent = recent, answers = answers, pending = pending,
    events = events, brake = brake,
  }
end

-- tried returns the attempts at a challenge, or nil.
local function tried(e, challenge)
  if e.tried == 0 then return nil end
  if not e.t then e.t = {} end
  local t = e.t[challenge]
  if t == nil then
    local packed = not e.t_full and call('HGET', base .. 't:' .. e.id, challenge)
    t = packed and attempts(packed)
    e.t[challenge] = t
  end
  return t or nil
end

local function tried_all(e)
  if e.tried == 0 or e.t_full then return end
  e.t_full, e.t = true, e.t or {}
  local all = call('HGETALL', base .. 't:' .. e.id)
  for i = 1, #all, 2 do
    if e.t[all[i]] == nil then e.t[all[i]] = attempts(all[i + 1]) end
  end
end

local function attempts_packed(t)
  return pack(t.count, t.retry_at, t.broken, t.recent, t.answers, t.pending, t.events, t.brake)
end

local function state_packed(e)
  return pack(e.total, e.solves, e.firsts, e.streak, e.broken, e.tie, e.join_seq, e.joined, e.out, e.badges, e.tried,
    e.rest)
end

local function event_ids(e, challenge)
  local ids = {}
  local all = call('HGETALL', base .. 'v:' .. e.id .. ':' .. challenge)
  for i = 1, #all, 2 do ids[tonumber(all[i + 1])] = all[i] end
  for id, n in pairs(e.v and e.v[challenge] or {}) do ids[n] = id end
  return ids
end

-- entrant_reply packs everything that is known of an entrant, as it is in this
-- call: id, name, looks, invite, {players}, {names}, s, {field, value, ...},
-- {challenge, attempts, {event ids}, ...}.
local function entrant_reply(e)
  all_fields(e)
  tried_all(e)
  local known, fields, tries = who(e), {}, {}
  for name, value in pairs(e.f) do
    if value and name ~= 's' then
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
  end
  for challenge, t in pairs(e.t or {}) do
    if t then
      tries[#tries + 1] = challenge
      tries[#tries + 1] = attempts_packed(t)
      tries[#tries + 1] = t.events > 0 and event_ids(e, challenge) or {}
    end
  end
  return pack(e.id, known.name, known.looks, known.invite, known.players, known.names, state_packed(e), fields, tries)
end

-- board_score is game.Score: exact while |points| < 2^22 and tie < 2^31.
local function board_score(e) return e.total * BOARD_POINT + (BOARD_TIE - e.tie) end
