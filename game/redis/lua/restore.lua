-- restore.lua: what nodes remember of a lost history is put back.
-- rules/restore.go in Lua.
--
-- Needs    organize.lua; it is made when a batch has such a command (scripts.go)
-- Command  restore {type, id, rev (false), entrant, short, player, challenge,
--   kind (number of the entry's type), what (badge or hint), gives (whether it
--   moves points), points, bonus, place,
--   clock, hint_rev, note, by, reason, origin, organized, content as of the
--   organizer's command}
-- Returns  restore

local _, _, done_before = organizing()

local function listed(list, id)
  for i = 1, list and #list or 0 do
    if list[i] == id then return true end
  end
  return false
end

-- stood_badge reports whether the badge is held, or came with an award or a
-- command that is there.
local function stood_badge(cmd, e, kept_award, done)
  if has_badge(e, cmd.what) then return true end
  if kept_award and string.byte(kept_award) >= AWARD_BADGES then
    local _, id = unpacked(kept_award)
    if id == cmd.id and listed(unpacked(field(e, 'g:' .. cmd.challenge)), cmd.what) then return true end
  end
  if not done then return false end
  local content, _, _, _, _, _, earned = unpacked(done)
  return content == cmd.content or listed(earned, cmd.what)
end

-- stood is rules.State.stood.
local function stood(cmd, e)
  local kind, id = cmd.kind, cmd.challenge
  if kind == ENTRY_HINTED then return field(e, 'h:' .. id .. '/' .. cmd.what) end
  if kind == ENTRY_PENALISED then return field(e, 'p:' .. id .. '/' .. cmd.id) end
  if kind == ENTRY_STARTED then return more(e).clock ~= 0 end
  if kind == ENTRY_FINISHED then return more(e).finished_seq ~= 0 end
  local name = 'a:' .. id
  local kept_award = field(e, name)
  if kind == ENTRY_SUBMITTED or kind == ENTRY_REJECTED then
    local t = tried(e, id)
    local waits = t and t.pending
    if kind == ENTRY_SUBMITTED then return kept_award or waits end
    return not waits or (unpack(waits)) ~= cmd.id
  end
  local done = cmd.organized and done_before(cmd.id)
  if kind == ENTRY_BADGED then return stood_badge(cmd, e, kept_award, done) end
  if cmd.organized then return done or holds(e, name) end
  return kept_award
end

-- put_badge_back adds a badge to the entrant and to the award that it came with.
local function put_badge_back(cmd, e)
  e.total, e.badges = e.total + cmd.points, e.badges + 1
  local body = e.short .. pack(cmd.player, cmd.what, cmd.challenge, cmd.points, e.total, cmd.id, cmd.place)
  local seq = add(ENTRY_BADGED + ENTRY_WITH_ORIGIN, cmd.by, cmd.reason, body)
  set(e, 'b:' .. cmd.what, pack(seq, now - origin, cmd.points, cmd.place))
  if cmd.place ~= 0 then hold_place(e, cmd.what, seq) end
  local award_name, badges_name = 'a:' .. cmd.challenge, 'g:' .. cmd.challenge
  local kept_award = cmd.challenge ~= '' and field(e, award_name)
  if not kept_award then return seq end
  local flags, id, player, award_seq, after, points, bonus, _, since = unpacked(kept_award)
  if id ~= cmd.id then return seq end
  local earned = {}
  if flags >= AWARD_BADGES then earned = unpacked(field(e, badges_name)) else flags = flags + AWARD_BADGES end
  earned[#earned + 1] = cmd.what
  local packed = pack(flags, id, player, award_seq, after, points, bonus, e.total)
  set(e, award_name, since and packed .. pack(since) or packed)
  set(e, badges_name, pack(earned))
  return seq
end

local function put_hint_back(cmd, e)
  e.total = e.total + cmd.points
  local body = e.short .. pack(cmd.player, cmd.challenge, cmd.what, cmd.points, e.total, cmd.id, cmd.hint_rev)
  local seq = add(ENTRY_HINTED + ENTRY_WITH_ORIGIN, cmd.by, cmd.reason, body)
  set(e, 'h:' .. cmd.challenge .. '/' .. cmd.what, pack(cmd.id, seq, now - origin, 0 - cmd.points, e.total, cmd.hint_rev))
  return seq
end

-- put_award_back gives an award; it ties with what it tied with, as far as that is
-- there.
local function put_award_back(cmd, e)
  local had, since, t = field(e, 'a:' .. cmd.challenge), nil, tried(e, cmd.challenge)
  if had then
    local _, _, _, seq, _, _, _, _, tie = unpacked(had)
    since = tie or seq
  elseif t and t.pending then
    local id, _, _, _, seq = unpack(t.pending)
    if id == cmd.id then since = seq end
  end
  return (give_award(e, cmd.challenge, pack(cmd.player), pack(cmd.id), cmd.by, cmd.reason, cmd.points, cmd.bonus, since,
    ENTRY_WITH_ORIGIN))
end

-- put_other_back adds the entry of a type that has the layout of most.
local function put_other_back(cmd, e)
  local kind, id = cmd.kind, cmd.challenge
  if kind == ENTRY_SUBMITTED then
    return submit(e, id, pack(cmd.player), cmd.id, cmd.note, ENTRY_SUBMITTED + ENTRY_WITH_ORIGIN).seq
  end
  e.total = e.total + cmd.points
  local what = pack(cmd.player, id, cmd.points, cmd.gives and e.total or 0, cmd.id, cmd.clock, '')
  local seq = add(kind + ENTRY_WITH_ORIGIN, cmd.by, cmd.reason, e.short .. what)
  if kind == ENTRY_PENALISED then
    set(e, 'p:' .. id .. '/' .. cmd.id, pack(seq, now - origin, 0 - cmd.points, e.total))
  elseif kind == ENTRY_REJECTED then
    attempts_of(e, id).pending = false
    waiting[e.id .. '/' .. id] = false
  elseif kind == ENTRY_STARTED then
    alter_more(e, 'clock', cmd.clock)
  else
    alter_more(e, 'finished_seq', seq)
    alter_more(e, 'finished_after', now - origin)
  end
  return seq
end

-- remember is rules.State.remember for what is put back.
local function remember(cmd, seq, total)
  if not cmd.organized then return end
  local id = cmd.id
  local done = done_before(id)
  if not done then
    commands[id] = pack(cmd.content, seq, now, cmd.points, cmd.bonus, total, false)
    return
  end
  if cmd.kind == ENTRY_FINISHED then return end
  local content, first, at, points, bonus, _, earned = unpacked(done)
  earned = earned or {}
  earned[#earned + 1] = cmd.what
  commands[id] = pack(content, first, at, points, bonus, total, earned)
end

-- there_already is the reply to a restore of what is there.
local function there_already(cmd, e)
  local kept_award = cmd.kind == ENTRY_AWARDED and field(e, 'a:' .. cmd.challenge)
  local r = kept_award and before(cmd.id, false, kept_award, e, cmd.challenge) or {}
  r.outcome, r.replay, r.right, r.badges, r.finished = 'done', true, false, nil, nil
  return r
end

local put_back_by_kind = {
  [ENTRY_AWARDED] = put_award_back, [ENTRY_BADGED] = put_badge_back, [ENTRY_HINTED] = put_hint_back,
}

local function restore(cmd)
  local e = entrant(cmd.entrant, cmd.short)
  if not e then return refuse('unknown_entrant') end
  if put_back[cmd.origin] or call('SISMEMBER', base .. 'restored', cmd.origin) == 1 or stood(cmd, e) then
    return there_already(cmd, e)
  end
  if e.out % OUT_HIDDEN == OUT_BANNED then return refuse('forbidden', 'banned') end
  if not in_bounds(e.total + cmd.points) then return refuse('conflict', 'bound') end
  changing(e)
  local seq = (put_back_by_kind[cmd.kind] or put_other_back)(cmd, e)
  entries[#entries] = entries[#entries] .. pack(cmd.origin)
  put_back[cmd.origin] = true
  local total = cmd.gives and e.total or 0
  remember(cmd, seq, total)
  return { outcome = 'done', seq = seq, at = now, points = cmd.points, bonus = cmd.bonus, total = total }
end

return restore
