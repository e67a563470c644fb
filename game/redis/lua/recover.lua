-- recover.lua: a history that was lost, and what nodes remember of it.
-- rules.State.Recover and putBack in Lua.
--
-- Needs    all before but commit.lua
-- remembered (state.lua) is {epoch, seq, nonce or '', forked: whether the node saw a fork}.
-- Command    restore {type, id, rev (false), entrant, short, player, challenge,
--   kind (number of the entry's type), what (badge or hint), points, bonus, by,
--   reason, origin, content as of the organizer's command}
-- Defines  recover, scheduled, restore, put_back

-- scheduled is whether the schedule may move the hunt in this call.
local scheduled = meta.rev > 0

-- put_back has the origins of what was put back in this call.
local put_back = {}

-- lost returns nil while the ledger has what the node remembers, and else the
-- words for what it has not.
local function lost()
  local theirs, ours = tonumber(remembered.epoch), tonumber(meta.epoch) or 0
  if not meta.epoch or theirs > ours or (theirs == ours and remembered.seq > meta.seq) then return 'seq' end
  if theirs < ours then return nil end
  local other = remembered.seq == meta.seq and remembered.nonce ~= '' and remembered.nonce ~= meta.nonce
  if remembered.forked or other then return 'another seq' end
  return nil
end

local function begin_epoch(words)
  local rest, ours = 'nothing', tonumber(meta.epoch) or 0
  local first = math.max(now, tonumber(remembered.epoch) + 1, ours + 1)
  if meta.epoch then
    rest = string.format('seq %.0f of epoch %s', meta.seq, meta.epoch)
    if (meta.origin or 0) == 0 then alter('origin', origin) end
    meta.epochs = (call('HGET', KEYS[1], 'epochs') or pack(origin, 1)) .. pack(first, meta.seq + 1)
  else
    origin = first
  end
  alter('epoch', string.format('%.0f', first))
  local theirs = string.format('%s %.0f of epoch %s', words, remembered.seq, remembered.epoch)
  add(ENTRY_RECOVERED, '', '', pack(string.format('after %s; a node knew of %s', rest, theirs)))
end

local function recover()
  local restoring = #batch > 0
  for i = 1, #batch do
    local cmd = batch[i]
    if type(cmd) == 'string' or cmd.rev ~= false then restoring = false end
  end
  if restoring then scheduled = false end
  if not remembered then return end
  local words = lost()
  if words then begin_epoch(words) end
  if remembered.epoch == meta.epoch then return end
  -- What the commands were judged by is of another history.
  scheduled, foreign = false, true
end

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
  if cmd.kind == ENTRY_HINTED then return field(e, 'h:' .. cmd.challenge .. '/' .. cmd.what) end
  local name = 'a:' .. cmd.challenge
  local kept_award = field(e, name)
  local by_organizer = cmd.by ~= '' and cmd.player == '' and cmd.id ~= ''
  local done = by_organizer and done_before(cmd.id)
  if cmd.kind == ENTRY_BADGED then return stood_badge(cmd, e, kept_award, done) end
  if by_organizer then return done or holds(e, name) end
  return kept_award
end

-- put_badge_back adds a badge to the entrant and to the award that it came with.
local function put_badge_back(cmd, e)
  e.total, e.badges = e.total + cmd.points, e.badges + 1
  local body = e.short .. pack(cmd.player, cmd.what, cmd.challenge, cmd.points, e.total, cmd.id)
  local seq = add(ENTRY_BADGED + ENTRY_WITH_ORIGIN, cmd.by, cmd.reason, body)
  set(e, 'b:' .. cmd.what, pack(seq, now - origin, cmd.points))
  local award_name, badges_name = 'a:' .. cmd.challenge, 'g:' .. cmd.challenge
  local kept_award = cmd.challenge ~= '' and field(e, award_name)
  if not kept_award then return seq end
  local flags, id, player, award_seq, after, points, bonus = unpacked(kept_award)
  if id ~= cmd.id then return seq end
  local earned = {}
  if flags >= AWARD_BADGES then earned = unpacked(field(e, badges_name)) else flags = flags + AWARD_BADGES end
  earned[#earned + 1] = cmd.what
  set(e, award_name, pack(flags, id, player, award_seq, after, points, bonus, e.total))
  set(e, badges_name, pack(earned))
  return seq
end

local function put_hint_back(cmd, e)
  e.total = e.total + cmd.points
  local body = e.short .. pack(cmd.player, cmd.challenge, cmd.what, cmd.points, e.total, cmd.id)
  local seq = add(ENTRY_HINTED + ENTRY_WITH_ORIGIN, cmd.by, cmd.reason, body)
  set(e, 'h:' .. cmd.challenge .. '/' .. cmd.what, pack(cmd.id, seq, now - origin, 0 - cmd.points, e.total))
  return seq
end

-- remember is rules.State.remember for what is put back.
local function remember(cmd, seq, total)
  local id = cmd.id
  if cmd.by == '' or cmd.by == 'schedule' or id == '' or cmd.player ~= '' then return end
  local done = done_before(id)
  if not done then
    commands[id] = pack(cmd.content, seq, now, cmd.points, cmd.bonus, total, false)
    return
  end
  local content, first, at, points, bonus, _, earned = unpacked(done)
  earned = earned or {}
  earned[#earned + 1] = cmd.what
  commands[id] = pack(content, first, at, points, bonus, total, earned)
end

-- there_already is the reply to a restore of what is there.
local function there_already(cmd, e)
  local kept_award = cmd.kind == ENTRY_AWARDED and field(e, 'a:' .. cmd.challenge)
  local r = kept_award and before(cmd.id, false, kept_award, e, cmd.challenge) or {}
  r.outcome, r.replay, r.right, r.badges = 'done', true, false, nil
  return r
end

local function restore(cmd)
  local e = entrant(cmd.entrant, cmd.short)
  if not e then return refuse('unknown_entrant') end
  if put_back[cmd.origin] or call('SISMEMBER', base .. 'restored', cmd.origin) == 1 or stood(cmd, e) then
    return there_already(cmd, e)
  end
  if e.banned == 1 then return refuse('forbidden', 'banned') end
  if not in_bounds(e.total + cmd.points) then return refuse('conflict', 'bound') end
  local seq
  changing(e)
  if cmd.kind == ENTRY_AWARDED then
    seq = give_award(e, cmd.challenge, pack(cmd.player), pack(cmd.id), cmd.by, cmd.reason, cmd.points, cmd.bonus,
      ENTRY_WITH_ORIGIN)
  elseif cmd.kind == ENTRY_BADGED then
    seq = put_badge_back(cmd, e)
  else
    seq = put_hint_back(cmd, e)
  end
  entries[#entries] = entries[#entries] .. pack(cmd.origin)
  put_back[cmd.origin] = true
  remember(cmd, seq, e.total)
  return { outcome = 'done', seq = seq, at = now, points = cmd.points, bonus = cmd.bonus, total = e.total }
end
