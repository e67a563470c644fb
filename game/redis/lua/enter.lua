-- enter.lua: joining, defining, and what the schedule does.
-- rules.State.join, define and Advance in Lua.
--
-- Needs    all before
-- Commands (arrays):
--   join    {word, '', rev, entrant, packed entrant, player, '', packed player
--            or true, name, invite, found, admitted}
--   define  {word, by, reason, number of its definition in args[7]}
-- args[7] is a list of {rules, source, digest of it, mode, opens, closes, freeze, places}
-- Defines  join, define, advance, players, new_who

local players, new_who, definition = {}, {}, nil

local function entrant_of(player)
  local id = players[player]
  if id == nil then
    id = call('HGET', base .. 'players', player)
    if id == '' then id = player end
    players[player] = id
  end
  return id
end

local function join(cmd)
  local id = entrant_of(cmd[6])
  if id then
    local e = entrant(id)
    if e.banned == 1 and cmd[3] then return refused('forbidden', 'banned') end
    if cmd[4] ~= '' and cmd[4] ~= id and not cmd[11] then return refused('conflict', 'other_team') end
    return { outcome = 'done', replay = true, seq = e.join_seq, at = e.joined + origin, entrant = entrant_reply(e) }
  end
  local e = entrant(cmd[4], cmd[5])
  if e and e.banned == 1 then return refused('forbidden', 'banned') end
  if stale(cmd[3]) then return STALE end
  if cmd[3] then -- else it was let in and is restored
    if meta.phase == 'closed' then return refused('closed') end
    if not cmd[12] then return refused('bad_code') end
    if not e and not cmd[11] then return refused('unknown_entrant') end
    if e and cmd[11] then return refused('conflict', 'has') end
  end
  local seq
  if e then
    local known = who(e)
    seq = add(1, '', '', e.short .. pack(cmd[8], known[1], known[2]))
  else
    e = new_entrant(cmd[4], cmd[5])
    changing(e)
    e.who = { cmd[9], cmd[10], {} }
    seq = add(1, '', '', e.short .. pack(cmd[8], cmd[9], cmd[10]))
    e.join_seq, e.tie, e.joined = seq, seq, now - origin
  end
  e.who[3][#e.who[3] + 1] = cmd[8]
  new_who[e.id] = e
  players[cmd[6]] = e.id
  return { outcome = 'done', seq = seq, at = now, entrant = entrant_reply(e) }
end

local function anyone()
  if call('EXISTS', base .. 'players') == 1 then return true end
  return next(new_who) ~= nil
end

local function define(cmd)
  local d = args[7][cmd[4]]
  if meta.rev > 0 then
    if d[3] == meta.source then
      return { outcome = 'done', replay = true, rev = meta.rev }
    end
    if d[4] ~= meta.mode and anyone() then return refused('conflict', 'mode') end
  else
    if not meta.epoch then alter('epoch', string.format('%.0f', now)) end
    alter('phase', 'draft')
  end
  definition = definition or {}
  alter('rev', meta.rev + 1)
  definition[meta.rev] = d[2]
  alter('source', d[3])
  alter('mode', d[4])
  alter('opens', d[5])
  alter('closes', d[6])
  alter('freeze', d[7])
  alter('places', d[8])
  rules, challenges, badge_list = d[1], {}, nil
  local seq = add(10, cmd[2], cmd[3], pack(meta.rev))
  return { outcome = 'done', seq = seq, at = now, rev = meta.rev }
end

-- due returns the phase and freeze that the schedule wants now, or nil.
local function due()
  local t, phase = hunt_time(), meta.phase
  if phase == 'draft' and meta.opens ~= 0 and meta.opens <= t then return 'open', meta.frozen end
  if phase ~= 'open' then return nil end
  if meta.freeze ~= 0 and meta.freeze <= t and meta.frozen == 0 and meta.freeze_changed < meta.freeze
    and (meta.closes == 0 or meta.freeze < meta.closes) then
    return 'open', 1
  end
  if meta.closes ~= 0 and meta.closes <= t then return 'closed', meta.frozen end
  return nil
end

local function advance()
  local phase, frozen = due()
  while phase do
    set_phase(phase, frozen, '', '', 'schedule', '')
    if phase == 'closed' then place_badges() end
    phase, frozen = due()
  end
end
