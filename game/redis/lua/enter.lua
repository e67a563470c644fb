-- enter.lua: joining and defining. rules.State.join and define in Lua.
--
-- Needs    all before
-- Commands:
--   join    {type, rev, entrant, short, player, member (packed as players of an
--           entrant are: true where it is the entrant's id), name, invite, found, admitted}
--   define  {type, by, reason, definition: its number in definitions (state.lua)}
-- A definition is {rules (state.lua), source, digest of it, mode, opens, closes,
-- freeze, places: whether it has badges for places}.
-- Defines  players, new_who, new_sources, join, define

local players, new_who, new_sources = {}, {}, nil

local function entrant_of(player)
  local id = players[player]
  if id == nil then
    id = call('HGET', base .. 'players', player)
    if id == '' then id = player end
    players[player] = id
  end
  return id
end

-- admit returns the refusal of a join that is not allowed, or nil. e is the
-- entrant, nil before anyone has joined it.
local function admit(cmd, e)
  if meta.phase == 'closed' then return refuse('closed') end
  if not cmd.admitted then return refuse('bad_code') end
  if not e and not cmd.found then return refuse('unknown_entrant') end
  if e and cmd.found then return refuse('conflict', 'has') end
  return nil
end

local function join(cmd)
  local id = entrant_of(cmd.player)
  if id then
    local e = entrant(id)
    if e.banned == 1 and cmd.rev then return refuse('forbidden', 'banned') end
    if cmd.entrant ~= '' and cmd.entrant ~= id and not cmd.found then return refuse('conflict', 'other_team') end
    return { outcome = 'done', replay = true, seq = e.join_seq, at = e.joined + origin, entrant = entrant_reply(e) }
  end
  local e = entrant(cmd.entrant, cmd.short)
  if e and e.banned == 1 then return refuse('forbidden', 'banned') end
  if stale(cmd.rev) then return STALE end
  local no = cmd.rev and admit(cmd, e) -- without rev it is restored: it was let in
  if no then return no end
  local seq
  if e then
    local team = who(e)
    seq = add(ENTRY_JOINED, '', '', e.short .. pack(cmd.member, team.name, team.invite))
  else
    e = new_entrant(cmd.entrant, cmd.short)
    changing(e)
    e.who = { name = cmd.name, invite = cmd.invite, players = {} }
    seq = add(ENTRY_JOINED, '', '', e.short .. pack(cmd.member, cmd.name, cmd.invite))
    e.join_seq, e.tie, e.joined = seq, seq, now - origin
  end
  local members = e.who.players
  members[#members + 1] = cmd.member
  new_who[e.id] = e
  players[cmd.player] = e.id
  return { outcome = 'done', seq = seq, at = now, entrant = entrant_reply(e) }
end

local function anyone()
  if call('EXISTS', base .. 'players') == 1 then return true end
  return next(new_who) ~= nil
end

local function define(cmd)
  local d = definitions[cmd.definition]
  if meta.rev > 0 then
    if d.digest == meta.source then
      return { outcome = 'done', replay = true, rev = meta.rev }
    end
    if d.mode ~= meta.mode and anyone() then return refuse('conflict', 'mode') end
  else
    if not meta.epoch then alter('epoch', string.format('%.0f', now)) end
    alter('phase', 'draft')
  end
  new_sources = new_sources or {}
  alter('rev', meta.rev + 1)
  new_sources[meta.rev] = d.source
  alter('source', d.digest)
  alter('mode', d.mode)
  alter('opens', d.opens)
  alter('closes', d.closes)
  alter('freeze', d.freeze)
  alter('places', d.places)
  rules, challenges, badge_list = d.rules, {}, nil
  local seq = add(ENTRY_DEFINED, cmd.by, cmd.reason, pack(meta.rev))
  return { outcome = 'done', seq = seq, at = now, rev = meta.rev }
end
