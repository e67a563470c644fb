-- organize.lua: what organizers do. rules/organize.go in Lua.
--
-- Needs    all before but enter.lua; it is made when a batch has such a command
--          (scripts.go)
-- Commands {type, id, rev, entrant, short, player, challenge, by, reason, content,
-- and what they need of badge, points, judged, keep_place, lift, name, looks,
-- division, mover, minutes, phase, freeze, at, closes (or false), said, text}.
-- content is a digest of the command: the same id with another is a conflict.
-- A field of cmds is packed: content seq at points bonus total, badges or false.
-- Returns  organize, review, done_before

local _, entrant_of, alike, count_name, enter = entering()

-- done_before returns what the command of this id did, packed, or false.
local function done_before(id) return commands[id] or call('HGET', base .. 'cmds', id) end

-- other adds an entry of a type that has the layout of most. value is a number.
local function other(number, cmd, e, value, text)
  local short = e and e.short or NOTHING
  local what = pack('', cmd.challenge, 0, 0, cmd.id, value, text)
  return { outcome = 'done', seq = add(number, cmd.by, cmd.reason, short .. what), at = now }
end

local function adjust(cmd, e)
  if stale(cmd.rev) then return STALE end
  local total = e.total + cmd.points
  if not in_bounds(total) then return refuse('conflict', 'bound') end
  changing(e)
  e.total = total
  if cmd.points > 0 and not cmd.keep_place then
    e.tie = head + 1
    alter_more(e, 'raised', head + 1)
    mark(e, MARK_RANKED)
  end
  local what = pack(cmd.points, total, cmd.id, own_tie(e.tie, head + 1), cmd.keep_place)
  local seq = add(ENTRY_ADJUSTED, cmd.by, cmd.reason, e.short .. what)
  -- What is restored has its badges as entries of their own.
  local earned, finished
  if cmd.rev then
    earned = badges(e, NOTHING, '', pack(cmd.id), cmd.by, cmd.reason)
    finished = finish(e, NOTHING, pack(cmd.id), cmd.by)
  end
  return {
    outcome = 'done', seq = seq, at = now, points = cmd.points, total = e.total, badges = earned, finished = finished,
  }
end

-- revoke_badge returns what the badge gave, or nil and the refusal.
local function revoke_badge(cmd, e)
  local held = field(e, 'b:' .. cmd.badge)
  if not held then return nil, refuse('conflict', 'has_not') end
  local _, _, points, place = unpacked(held)
  if not in_bounds(e.total - points) then return nil, refuse('conflict', 'bound') end
  changing(e)
  e.badges = e.badges - 1
  unset(e, 'b:' .. cmd.badge)
  if place ~= 0 then hold_place(e, cmd.badge, nil) end
  return points
end

-- tie_without is the entrant's tie once an award is taken back.
local function tie_without(e, name)
  all_fields(e)
  local tie = math.max(e.join_seq, more(e).raised)
  for field_name, packed in pairs(e.f) do
    if packed and field_name ~= name and string.sub(field_name, 1, 2) == 'a:' then
      local flags, _, _, seq, _, points, _, _, since = unpacked(packed)
      if flags % AWARD_BADGES < AWARD_REVOKED and points > 0 then tie = math.max(tie, since or seq) end
    end
  end
  return tie
end

-- revoke_award returns what the award gave, or nil and the refusal.
local function revoke_award(cmd, e)
  local name = 'a:' .. cmd.challenge
  if not holds(e, name) then return nil, refuse('conflict', 'has_not') end
  local flags, id, player, seq, after, points, bonus, total, since = unpacked(field(e, name))
  if not in_bounds(e.total - points) then return nil, refuse('conflict', 'bound') end
  changing(e)
  e.tie = tie_without(e, name)
  e.solves, e.firsts = e.solves - 1, e.firsts - flags % AWARD_REVOKED
  if e.out == 0 then
    local count = tally(cmd.challenge)
    count.solves, count.changed = count.solves - 1, true
  end
  local packed = pack(flags + AWARD_REVOKED, id, player, seq, after, points, bonus, total)
  set(e, name, since and packed .. pack(since) or packed)
  return points
end

local function revoke(cmd, e)
  local take = cmd.badge ~= '' and revoke_badge or revoke_award
  local points, no = take(cmd, e)
  if not points then return no end
  e.total = e.total - points
  local what = pack(cmd.challenge, cmd.badge, 0 - points, e.total, cmd.id, own_tie(e.tie, head + 1))
  local seq = add(ENTRY_REVOKED, cmd.by, cmd.reason, e.short .. what)
  return { outcome = 'done', seq = seq, at = now, points = 0 - points, total = e.total }
end

-- judgement returns points and bonus that an organizer's award gives, or nil and the
-- refusal.
local function judgement(cmd, c)
  local points, bonus = value(cmd.challenge, c)
  if not cmd.judged then return points, bonus end
  if c.func ~= 'judged' or cmd.points < 0 or cmd.points > c.initial then
    return nil, refuse('bad_request', 'points')
  end
  return cmd.points + bonus, bonus
end

local function grant_award(cmd, e)
  local c = challenge(cmd.challenge)
  if not c then return refuse('unknown_challenge') end
  local points, bonus = judgement(cmd, c)
  if not points then return bonus end -- the refusal
  local name, since = 'a:' .. cmd.challenge, nil
  local had = field(e, name)
  if had then
    if holds(e, name) then return refuse('conflict', 'has') end
    local _, _, _, seq, _, old_points, old_bonus, _, tie = unpacked(had)
    since = tie or seq
    points, bonus = old_points, old_bonus
    if cmd.judged then points = cmd.points + old_bonus end
  end
  local id = pack(cmd.id)
  local seq, earned, _, finished = award(e, cmd.challenge, NOTHING, id, cmd.by, cmd.reason, points, bonus, since)
  if not seq then return earned end -- the refusal
  return {
    outcome = 'done', seq = seq, at = now, points = points, bonus = bonus, total = e.total, badges = earned,
    finished = finished,
  }
end

local function grant_badge(cmd, e)
  local points
  local list = badge_rules()
  for i = 1, #list do
    if list[i].id == cmd.badge then points = list[i].points end
  end
  if not points then return refuse('unknown_badge') end
  if has_badge(e, cmd.badge) then return refuse('conflict', 'has') end
  if not in_bounds(e.total + points) then return refuse('conflict', 'bound') end
  changing(e)
  e.total, e.badges = e.total + points, e.badges + 1
  local what = pack('', cmd.badge, cmd.challenge, points, e.total, cmd.id, 0)
  local seq = add(ENTRY_BADGED, cmd.by, cmd.reason, e.short .. what)
  set(e, 'b:' .. cmd.badge, pack(seq, now - origin, points, 0))
  return { outcome = 'done', seq = seq, at = now, points = points, total = e.total }
end

local function grant(cmd, e)
  if stale(cmd.rev) then return STALE end
  if cmd.badge == '' then return grant_award(cmd, e) end
  return grant_badge(cmd, e)
end

-- opening returns phase, opens and closes of a hunt that an organizer opens, or nil
-- and why it cannot be.
local function opening(cmd)
  local phase, opens, closes, shift = 'open', meta.opens, meta.closes, meta.shift
  if cmd.at > now then
    if meta.phase ~= 'draft' then return nil, 'phase' end
    phase, opens = 'draft', cmd.at
  end
  if meta.phase == 'paused' or meta.phase == 'closed' then shift = resumed() end
  if not cmd.rev then
    closes = cmd.hunt_closes
  elseif cmd.closes then
    closes = cmd.closes == 0 and 0 or cmd.closes - shift
  end
  if closes ~= 0 and closes <= math.max(now, cmd.at) - shift and cmd.rev then return nil, 'closes' end
  return phase, opens, closes
end

local function change_freeze(cmd)
  local frozen = cmd.freeze == 'freeze' and 1 or 0
  if frozen == meta.frozen or meta.phase == 'draft' then return refuse('conflict', 'phase') end
  local seq = set_phase(meta.phase, frozen, cmd.said, cmd.id, cmd.by, cmd.reason, meta.opens, meta.closes)
  if frozen == 0 and meta.phase == 'closed' and cmd.rev then places() end
  return { outcome = 'done', seq = seq, at = now }
end

local function change_phase(cmd)
  if stale(cmd.rev) then return STALE end
  if cmd.freeze ~= '' then return change_freeze(cmd) end
  local to, was, ok = cmd.phase, meta.phase, false
  if to == 'open' then ok = was ~= 'open' end
  if to == 'paused' then ok = was == 'open' end
  if to == 'closed' then ok = was == 'open' or was == 'paused' end
  if not ok then return refuse('conflict', 'phase') end
  local opens, closes = meta.opens, meta.closes
  if to == 'open' then
    to, opens, closes = opening(cmd)
    if not to then return refuse('conflict', opens) end
  end
  local seq = set_phase(to, meta.frozen, cmd.said, cmd.id, cmd.by, cmd.reason, opens, closes)
  if cmd.phase == 'closed' and meta.frozen == 0 and cmd.rev then
    places()
  elseif was == 'closed' then
    take_places()
  end
  return { outcome = 'done', seq = seq, at = now }
end

local function announce(cmd)
  return { outcome = 'done', seq = add(ENTRY_ANNOUNCED, cmd.by, cmd.reason, pack(cmd.text, cmd.id)), at = now }
end

local function has_or_not(is) return refuse('conflict', is and 'has' or 'has_not') end

-- count_awards adds the entrant's awards to the tallies, or takes them out with
-- sign -1. It returns them as game.Entry.Awards has them.
local function count_awards(e, sign)
  all_fields(e)
  local list, revoked = {}, {}
  for name, packed in pairs(e.f) do
    if packed and string.sub(name, 1, 2) == 'a:' then
      local id = string.sub(name, 3)
      local count = tally(id)
      count.given, count.changed = count.given + sign, true
      if string.byte(packed) % AWARD_BADGES < AWARD_REVOKED then
        count.solves = count.solves + sign
      else
        revoked[id] = true
      end
      list[#list + 1] = id
    end
  end
  table.sort(list)
  for i = 1, #list do
    if revoked[list[i]] then list[i] = '-' .. list[i] end
  end
  return table.concat(list, ' ')
end

-- leave bans or hides an entrant, or undoes it. bit is OUT_BANNED or OUT_HIDDEN.
local function leave(cmd, e, bit, out_entry, back_entry)
  local is = bit == OUT_HIDDEN and e.out >= OUT_HIDDEN or bit == OUT_BANNED and e.out % OUT_HIDDEN == OUT_BANNED
  if is ~= cmd.lift then return has_or_not(is) end
  local was, awards = e.out, ''
  changing(e)
  e.out = was + (cmd.lift and 0 - bit or bit)
  if (was == 0) ~= (e.out == 0) then e.turned = not e.turned end
  if was == 0 then awards = count_awards(e, -1) end
  if e.out == 0 then awards = count_awards(e, 1) end
  local r = other(cmd.lift and back_entry or out_entry, cmd, e, e.out == 0 and 0 or 1, awards)
  if cmd.lift then tell(who(e).name, who(e).looks, '', '') end
  return r
end

local function rename(cmd, e)
  local known = who(e)
  local others = cmd.looks ~= '' and alike(cmd.looks) - (known.looks == cmd.looks and 1 or 0) or 0
  if cmd.rev and others > 0 and meta.free == 0 then return refuse('conflict', 'name') end
  count_name(known.looks, -1)
  count_name(cmd.looks, 1)
  known.name, known.looks = cmd.name, cmd.looks
  new_who[e.id] = e
  mark(e, MARK_CHANGED)
  local r = other(ENTRY_RENAMED, cmd, e, 0, '')
  tell(cmd.name, cmd.looks, '', '')
  return r
end

local function divide(cmd, e)
  if stale(cmd.rev) then return STALE end
  if cmd.rev and cmd.division ~= '' and not rules.divisions[cmd.division] then return refuse('bad_request', 'division') end
  local was = more(e).division
  if was ~= '' then
    e.left = e.left or {}
    e.left[#e.left + 1] = was
  end
  alter_more(e, 'division', cmd.division)
  if cmd.division ~= '' then alter('divided', 1) end
  e.mark = MARK_RANKED -- its place on the boards of divisions; the row stays as it is
  return other(ENTRY_DIVIDED, cmd, e, 0, cmd.division)
end

-- leave_team takes a player out of its entrant, and returns the name that it has
-- there.
local function leave_team(e, player, short)
  local known = who(e)
  local list, own_names, own_name = {}, {}, ''
  for i = 1, #known.players do
    local member = known.players[i]
    if member == short or (member == true and player == e.id) then
      own_name = known.names[i]
    else
      list[#list + 1], own_names[#own_names + 1] = known.players[i], known.names[i]
    end
  end
  known.players, known.names = list, own_names
  new_who[e.id] = e
  mark(e, MARK_CHANGED)
  return own_name
end

local function move(cmd)
  local from = entrant_of(cmd.mover)
  local to = cmd.entrant ~= '' and entrant(cmd.entrant, cmd.short) or nil
  if not from or (cmd.entrant ~= '' and not to) then return refuse('unknown_entrant') end
  if meta.mode ~= 'team' then return refuse('conflict', 'mode') end
  if from == cmd.entrant then return refuse('conflict', 'has') end
  local own_name = leave_team(entrant(from), cmd.mover, cmd.mover_short)
  if own_name == '' then own_name = cmd.own_name end
  players[cmd.mover], moved[cmd.mover] = false, true
  if to then
    enter(to, { player = cmd.mover, member = cmd.member, own_name = own_name })
    mark(to, MARK_CHANGED)
  end
  local short = to and to.short or NOTHING
  local seq = add(ENTRY_MOVED, cmd.by, cmd.reason, short .. pack(cmd.member, '', 0, 0, cmd.id, 0, from))
  tell('', '', own_name, '')
  return { outcome = 'done', seq = seq, at = now }
end

local function extend(cmd, e)
  if meta.phase == 'closed' then return refuse('conflict', 'phase') end
  local ms = cmd.minutes * 60000
  if e then
    alter_more(e, 'extra', more(e).extra + ms)
  else
    alter('extra', meta.extra + ms)
    if meta.closes ~= 0 then alter('closes', meta.closes + ms) end
  end
  return other(ENTRY_EXTENDED, cmd, e, cmd.minutes, '')
end

local function skip(cmd, e)
  if stale(cmd.rev) then return STALE end
  local id, is = cmd.challenge, nil
  if e then
    is = skipped_own(e, id) or false
  else
    is = skips_of_all()[id] or false
  end
  if cmd.rev and not challenge(id) then return refuse('unknown_challenge') end
  if is ~= cmd.lift then return has_or_not(is) end
  local one = cmd.lift and -1 or 1
  if e then
    alter_more(e, 'skips', more(e).skips + one)
    set(e, 'k:' .. id, not cmd.lift and '1' or false)
  else
    alter('skips', meta.skips + one)
    skips[id], new_skips[id] = not cmd.lift or nil, not cmd.lift and '1' or false
  end
  local r = other(cmd.lift and ENTRY_UNSKIPPED or ENTRY_SKIPPED, cmd, e, 0, '')
  if e and not cmd.lift and cmd.rev then r.finished = finish(e, NOTHING, pack(cmd.id), cmd.by) end
  return r
end

local function bin(cmd)
  local is = meta.deleted ~= 0
  if is ~= cmd.lift then return has_or_not(is) end
  if is and meta.phase == 'open' then alter('shift', meta.shift + now - meta.deleted) end
  alter('deleted', is and 0 or now)
  return other(is and ENTRY_UNDELETED or ENTRY_DELETED, cmd, nil, 0, '')
end

local of_hunt = { phase = change_phase, announce = announce, delete = bin, move = move }

local of_entrant = {
  adjust = adjust, revoke = revoke, grant = grant, rename = rename, divide = divide, extend = extend, skip = skip,
  ban = function(cmd, e) return leave(cmd, e, OUT_BANNED, ENTRY_BANNED, ENTRY_UNBANNED) end,
  hide = function(cmd, e) return leave(cmd, e, OUT_HIDDEN, ENTRY_HIDDEN, ENTRY_SHOWN) end,
}

-- organized decides a command that was not done before.
local function organized(cmd)
  local decide_it = of_hunt[cmd.type]
  if decide_it then return decide_it(cmd) end
  local all = cmd.entrant == '' and (cmd.type == 'extend' or cmd.type == 'skip')
  local e = not all and entrant(cmd.entrant, cmd.short) or nil
  if not all and not e then return refuse('unknown_entrant') end
  return of_entrant[cmd.type](cmd, e)
end

local function organize(cmd)
  local done = done_before(cmd.id)
  if done then
    local content, seq, at, points, bonus, total, earned = unpacked(done)
    if content ~= cmd.content then return refuse('conflict', 'reused') end
    return {
      outcome = 'done', replay = true, seq = seq, at = at, points = points, bonus = bonus, total = total,
      badges = earned or nil,
    }
  end
  local r = organized(cmd)
  if r.outcome == 'done' and cmd.by ~= '' and cmd.by ~= 'schedule' and cmd.id ~= '' then
    commands[cmd.id] = pack(cmd.content, r.seq, r.at, r.points or 0, r.bonus or 0, r.total or 0, r.badges or false)
  end
  return r
end
