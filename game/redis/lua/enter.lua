-- enter.lua: joining, starting, hints and defining. rules/join.go and decide.go in
-- Lua.
--
-- Needs    all before; it is made when a batch has such a command (scripts.go)
-- Commands:
--   join    {type, rev, entrant, short, player, member (packed as players of an
--           entrant are: true where it is the entrant's id), name, looks,
--           own_name, invite, division, number (or false), found, admitted, chosen,
--           origin where it is restored}
--   start   {type, id, rev, entrant, short, player}
--   hint    {type, id, rev, entrant, short, player, challenge, hint}
--   define  {type, by, reason, if_rev, definition: its number in definitions (state.lua)}
-- A definition is {rules (state.lua), source, digest of it, mode, opens, closes,
-- freeze, places: whether it has badges for places, free: whether names may look
-- alike, limit: ms of an entrant's clock, or 0}.
-- Returns  these four

local function entrant_of(player)
  local id = players[player]
  if id == nil then
    id = call('HGET', base .. 'players', player)
    if id == '' then id = player end
    players[player] = id
  end
  return id
end

-- alike is how many entrants have names that look so.
local function alike(looks)
  if names[looks] == nil then names[looks] = tonumber(call('HGET', base .. 'names', looks) or 0) end
  return names[looks]
end

local function count_name(looks, more_of_it)
  if looks ~= '' then names[looks] = alike(looks) + more_of_it end
end

-- admit returns the refusal of a join that is not allowed, or nil. e is the
-- entrant, nil before anyone has joined it.
local function admit(cmd, e)
  if meta.phase == 'closed' then return refuse('closed') end
  if not cmd.admitted then return refuse('bad_code') end
  if not e and not cmd.found then return refuse('unknown_entrant') end
  if e and cmd.found then return refuse('conflict', 'has') end
  if e then
    if rules.size ~= 0 and #who(e).players >= rules.size then return refuse('conflict', 'full') end
    return nil
  end
  if cmd.looks ~= '' and meta.free == 0 and alike(cmd.looks) > 0 then return refuse('conflict', 'name') end
  if cmd.division == '' then return nil end
  if not rules.divisions[cmd.division] then return refuse('bad_request', 'division') end
  if not cmd.chosen then return refuse('bad_code', 'division') end
  return nil
end

-- join_again answers a player that has joined the entrant before.
local function join_again(cmd, e)
  local other = cmd.entrant ~= e.id
  if cmd.rev then
    other = other and cmd.entrant ~= ''
    if e.out % OUT_HIDDEN == OUT_BANNED then return refuse('forbidden', 'banned') end
    if other and (not cmd.found or cmd.looks ~= who(e).looks) then return refuse('conflict', 'other_team') end
  elseif other then
    return refuse('conflict', 'other_team')
  end
  return { outcome = 'done', replay = true, seq = e.join_seq, at = e.joined + origin, entrant = entrant_reply(e) }
end

local function enter(e, cmd)
  local known = who(e)
  known.players[#known.players + 1] = cmd.member
  known.names[#known.names + 1] = cmd.own_name
  new_who[e.id] = e
  players[cmd.player], moved[cmd.player] = e.id, true
end

local function found(cmd)
  local e = new_entrant(cmd.entrant, cmd.short)
  local number = cmd.number or meta.joined
  changing(e)
  e.who = { name = cmd.name, looks = cmd.looks, invite = cmd.invite, players = {}, names = {} }
  count_name(cmd.looks, 1)
  alter_more(e, 'number', number)
  alter_more(e, 'division', cmd.division)
  if cmd.division ~= '' then alter('divided', 1) end
  if number + 1 > meta.joined then alter('joined', number + 1) end
  return e
end

local function join(cmd)
  local lost = cmd.origin
  if lost and (put_back[lost] or call('SISMEMBER', base .. 'restored', lost) == 1) then
    return { outcome = 'done', replay = true }
  end
  local id = entrant_of(cmd.player)
  if id then return join_again(cmd, entrant(id)) end
  local e = entrant(cmd.entrant, cmd.short)
  if e and e.out % OUT_HIDDEN == OUT_BANNED then return refuse('forbidden', 'banned') end
  if stale(cmd.rev) then return STALE end
  local no = cmd.rev and admit(cmd, e) -- without rev it is restored: it was let in
  if no then return no end
  local new = not e
  e = e or found(cmd)
  local known, m = who(e), more(e)
  local number = lost and ENTRY_JOINED + ENTRY_WITH_ORIGIN or ENTRY_JOINED
  local seq = add(number, '', '', e.short .. pack(cmd.member, known.invite, m.number, m.division))
  if lost then
    entries[#entries], put_back[lost] = entries[#entries] .. pack(lost), true
  end
  tell(known.name, known.looks, cmd.own_name, '')
  if new then e.join_seq, e.tie, e.joined = seq, seq, now - origin end
  enter(e, cmd)
  return { outcome = 'done', seq = seq, at = now, entrant = entrant_reply(e) }
end

local function anyone()
  if next(new_who) ~= nil then return true end
  return call('EXISTS', base .. 'players') == 1
end

local function define(cmd)
  local d = definitions[cmd.definition]
  local opens, closes = d.opens, d.closes
  if meta.rev > 0 then
    if meta.deleted ~= 0 then return refuse('conflict', 'bin') end
    if d.digest == meta.source then
      return { outcome = 'done', replay = true, rev = meta.rev }
    end
    if cmd.if_rev ~= 0 and cmd.if_rev ~= meta.rev then
      local no = refuse('conflict', 'rev')
      no.rev = meta.rev
      return no
    end
    if d.mode ~= meta.mode and anyone() then return refuse('conflict', 'mode') end
    -- What the file does not change stays as an organizer has set it.
    if d.opens == meta.file_opens then opens = meta.opens end
    if d.closes == meta.file_closes then closes = meta.closes end
  else
    if not meta.epoch then alter('epoch', string.format('%.0f', now)) end
    alter('phase', 'draft')
  end
  new_sources = new_sources or {}
  alter('rev', meta.rev + 1)
  new_sources[meta.rev] = d.source
  alter('source', d.digest)
  alter('mode', d.mode)
  alter('opens', opens)
  alter('closes', closes)
  alter('file_opens', d.opens)
  alter('file_closes', d.closes)
  alter('freeze', d.freeze)
  alter('places', d.places)
  alter('free', d.free)
  alter('limit', d.limit)
  rules, challenges, badge_list = d.rules, {}, nil
  local seq = add(ENTRY_DEFINED, cmd.by, cmd.reason, pack(meta.rev, opens, closes))
  return { outcome = 'done', seq = seq, at = now, rev = meta.rev }
end

-- available returns cost of a hint that the entrant may buy, or nil and the reply.
local function available(e, cmd, place)
  local no = unseen(e)
  if no then return nil, no.outcome == 'closed' and refuse('closed') or no end
  local c = challenge(cmd.challenge)
  if not c then return nil, refuse('unknown_challenge') end
  local h = rules.hints[place]
  if not h then return nil, refuse('unknown_hint') end
  no = outside(e, c)
  if no then return nil, refuse('closed', no.why) end
  local cost, requires, after = unpacked(h)
  local why = locked(e, cmd.challenge, c)
  if not why then
    for i = 1, #requires do
      if not field(e, 'h:' .. cmd.challenge .. '/' .. requires[i]) then
        why = why or { requires = {} }
        why.requires[#why.requires + 1] = requires[i]
      end
    end
  end
  if not why and after ~= 0 and hunt_time() < began(e) + after then why = { from = began(e) + after + meta.shift } end
  if why then
    no = refuse('forbidden', 'locked', why.requires)
    no.unmet, no.from = why.unmet, why.from
    return nil, no
  end
  if cost > 0 and e.total < cost then return nil, refuse('insufficient_points') end
  return cost
end

local function hint(cmd)
  local place = cmd.challenge .. '/' .. cmd.hint
  local name = 'h:' .. place
  local e, no = joined(cmd.entrant, cmd.short, name)
  if not e then return no end
  local bought = field(e, name)
  if bought then
    local _, seq, after, cost, total, rev = unpacked(bought)
    return {
      outcome = 'done', replay = true, seq = seq, at = after + origin, points = 0 - cost, total = total, rev = rev,
    }
  end
  if stale(cmd.rev) then return STALE end
  local cost
  cost, no = available(e, cmd, place)
  if not cost then return no end
  changing(e)
  e.total = e.total - cost
  local what = pack(cmd.player, cmd.challenge, cmd.hint, 0 - cost, e.total, cmd.id, meta.rev)
  local seq = add(ENTRY_HINTED, '', '', e.short .. what)
  set(e, name, pack(cmd.id, seq, now - origin, cost, e.total, meta.rev))
  return { outcome = 'done', seq = seq, at = now, points = 0 - cost, total = e.total, rev = meta.rev }
end

local function wall_ends(e)
  local at = ends(e)
  return at ~= 0 and at + meta.shift or 0
end

local function start(cmd)
  local e, no = joined(cmd.entrant, cmd.short)
  if not e then return no end
  if more(e).clock ~= 0 then return { outcome = 'done', replay = true, ends = wall_ends(e) } end
  if stale(cmd.rev) then return STALE end
  if meta.limit == 0 then return refuse('conflict', 'no_limit') end
  if meta.phase ~= 'open' then return refuse('closed') end
  local clock = hunt_time()
  local seq = add(ENTRY_STARTED, '', '', e.short .. pack(cmd.player, '', 0, 0, cmd.id, clock, ''))
  alter_more(e, 'clock', clock)
  return { outcome = 'done', seq = seq, at = now, ends = wall_ends(e) }
end

return { join = join, start = start, hint = hint, define = define }, entrant_of, alike, count_name, enter
