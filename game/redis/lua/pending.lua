-- pending.lua: what entrants have begun, and all else that a call changes and that
-- commit.lua writes.
--
-- Needs    keys.lua, entrant.lua
-- Defines  waiting, given, counted, count_event, drop_events, dropped_events, players, new_who, names, new_sources,
--          new_skips, commands, put_back

-- Claims for review that changed in this call: packed, or false when decided.
local waiting = {}

-- Wrong answers of this call: challenge, digest, text, entrant.
local given = {}

local dropped_events = {}

-- counted reports whether the event was counted before.
local function counted(e, challenge, id)
  local mine = e.v and e.v[challenge]
  if mine and mine[id] then return true end
  local key = base .. 'v:' .. e.id .. ':' .. challenge
  return not dropped_events[key] and call('HEXISTS', key, id) == 1
end

local function count_event(e, challenge, id, n)
  e.v = e.v or {}
  e.v[challenge] = e.v[challenge] or {}
  e.v[challenge][id] = n
end

local function drop_events(e, challenge)
  if e.v then e.v[challenge] = nil end
  dropped_events[base .. 'v:' .. e.id .. ':' .. challenge] = true
end

-- players has the entrants of players that were looked at, false for none; moved
-- is what of it changed. new_who has the entrants whose who changed. names is how
-- many names look alike. new_skips are the challenges that are skipped for all from
-- now on, false for those that are no more.
local players, moved, new_who, names, new_sources, new_skips = {}, {}, {}, {}, nil, {}

-- What organizers' commands of this call did, packed, by id; and the origins of
-- what was put back.
local commands, put_back = {}, {}
