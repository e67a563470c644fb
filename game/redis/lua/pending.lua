-- pending.lua: what an entrant has begun: claims that wait for an organizer, and
-- events that are counted.
--
-- Needs    keys.lua, entrant.lua
-- Defines  waiting, counted, count_event, drop_events, dropped_events

-- Claims for review that changed in this call: packed, or false when decided.
local waiting = {}

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
