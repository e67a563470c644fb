-- organize.lua: what organizers do. rules/organize.go in Lua.
--
-- Needs    all before
-- Commands (arrays): {word, id, rev, entrant, packed entrant, player, challenge, by, reason, content, ...}
--   adjust ..., points     revoke, grant ..., badge     phase ..., phase, freeze
--   announce ..., text     ban ...                      review ..., approve
--   content is a digest of the command: the same id with another is a conflict.
-- Defines  organize, review, set_phase

local commands = {}

local function adjust(cmd, e)
  if stale(cmd[3]) then return STALE end
  local total = e.total + cmd[11]
  if not in_bounds(total) then return refused('conflict', 'bound') end
  changing(e)
  e.total = total
  local seq = add(5, cmd[8], cmd[9], e.short .. pack(cmd[11], total, cmd[2]))
  -- What is restored has its badges as entries of their own.
  local earned = cmd[3] and badges(e, NOTHING, '', pack(cmd[2]), cmd[8], cmd[9]) or nil
  return { outcome = 'done', seq = seq, at = now, points = cmd[11], total = e.total, badges = earned }
end

local function revoke_badge(cmd, e)
  local raw = field(e, 'b:' .. cmd[11])
  if not raw then return refused('conflict', 'has_not') end
  local _, _, points = unpacked(raw)
  if not in_bounds(e.total - points) then return refused('conflict', 'bound') end
  changing(e)
  e.total, e.badges = e.total - points, e.badges - 1
  unset(e, 'b:' .. cmd[11])
  return add(6, cmd[8], cmd[9], e.short .. pack(cmd[7], cmd[11], 0 - points, e.total, cmd[2])), 0 - points
end

local function revoke_award(cmd, e)
  local name = 'a:' .. cmd[7]
  if not solved(e, cmd[7]) then return refused('conflict', 'has_not') end
  local flags, id, player, seq, after, points, bonus, total = unpacked(field(e, name))
  if not in_bounds(e.total - points) then return refused('conflict', 'bound') end
  changing(e)
  e.total, e.solves, e.firsts = e.total - points, e.solves - 1, e.firsts - flags % 2
  local count = tally(cmd[7])
  count.solves, count.changed = count.solves - 1, true
  set(e, name, pack(flags + 2, id, player, seq, after, points, bonus, total))
  return add(6, cmd[8], cmd[9], e.short .. pack(cmd[7], '', 0 - points, e.total, cmd[2])), 0 - points
end

local function revoke(cmd, e)
  local seq, points
  if cmd[11] ~= '' then
    seq, points = revoke_badge(cmd, e)
  else
    seq, points = revoke_award(cmd, e)
  end
  if not points then return seq end -- the refusal
  return { outcome = 'done', seq = seq, at = now, points = points, total = e.total }
end

local function grant(cmd, e)
  if stale(cmd[3]) then return STALE end
  if cmd[11] == '' then
    local c = challenge(cmd[7])
    if not c then return refused('unknown_challenge') end
    if solved(e, cmd[7]) then return refused('conflict', 'has') end
    local seq, points, bonus, earned = award(e, cmd[7], c, NOTHING, pack(cmd[2]), cmd[8], cmd[9])
    if not seq then return points end -- the refusal
    return { outcome = 'done', seq = seq, at = now, points = points, bonus = bonus, total = e.total, badges = earned }
  end
  local points
  local list = badge_rules()
  for i = 1, #list do
    if list[i][1] == cmd[11] then points = list[i][2] end
  end
  if not points then return refused('unknown_badge') end
  if has_badge(e, cmd[11]) then return refused('conflict', 'has') end
  if not in_bounds(e.total + points) then return refused('conflict', 'bound') end
  changing(e)
  e.total, e.badges = e.total + points, e.badges + 1
  local seq = add(3, cmd[8], cmd[9], e.short .. pack('', cmd[11], cmd[7], points, e.total, cmd[2]))
  set(e, 'b:' .. cmd[11], pack(seq, now - origin, points))
  return { outcome = 'done', seq = seq, at = now, points = points, total = e.total }
end

-- set_phase adds the entry of a phase or freeze and applies it.
local function set_phase(phase, frozen, text, id, by, reason)
  local t, was = hunt_time(), meta.phase
  local seq = add(7, by, reason, pack(phase, frozen == 1, text, id))
  if phase == 'open' and was == 'draft' then
    alter('opened', now)
  elseif phase == 'open' and was == 'paused' then
    alter('shift', meta.shift + now - meta.paused)
    alter('paused', 0)
  elseif phase == 'paused' and was == 'open' then
    alter('paused', now)
  elseif phase == 'closed' and was ~= 'closed' then
    alter('closed', now)
  end
  alter('phase', phase)
  if frozen ~= meta.frozen then
    alter('frozen', frozen)
    alter('freeze_changed', t)
    if frozen == 1 then freeze(seq) else reveal() end
  end
  return seq
end

local function change_phase(cmd)
  if stale(cmd[3]) then return STALE end
  local to, change, was = cmd[11], cmd[12], meta.phase
  local phase, frozen, ok = was, meta.frozen, false
  if to ~= '' then
    phase = to
    ok = (to == 'open' and (was == 'draft' or was == 'paused')) or (to == 'paused' and was == 'open')
      or (to == 'closed' and (was == 'open' or was == 'paused'))
  elseif change == 'freeze' then
    frozen, ok = 1, was ~= 'draft' and meta.frozen == 0
  elseif change == 'reveal' then
    frozen, ok = 0, meta.frozen == 1
  end
  if not ok then return refused('conflict', 'phase') end
  local seq = set_phase(phase, frozen, to .. change, cmd[2], cmd[8], cmd[9])
  if to == 'closed' and cmd[3] then place_badges() end
  return { outcome = 'done', seq = seq, at = now }
end

local function organized(cmd, e)
  local word = cmd[1]
  if word == 'adjust' then return adjust(cmd, e) end
  if word == 'revoke' then return revoke(cmd, e) end
  if word == 'grant' then return grant(cmd, e) end
  if word == 'phase' then return change_phase(cmd) end
  if word == 'announce' then
    return { outcome = 'done', seq = add(8, cmd[8], cmd[9], pack(cmd[11], cmd[2])), at = now }
  end
  if e.banned == 1 then return refused('conflict', 'has') end
  changing(e)
  e.banned = 1
  return { outcome = 'done', seq = add(9, cmd[8], cmd[9], e.short .. pack(cmd[2])), at = now }
end

local function organize(cmd)
  local id = cmd[2]
  local known = commands[id] or call('HGET', base .. 'cmds', id)
  if known then
    local content, seq, at, points, bonus, total, earned = unpacked(known)
    if content ~= cmd[10] then return refused('conflict', 'reused') end
    return {
      outcome = 'done', replay = true, seq = seq, at = at, points = points, bonus = bonus, total = total,
      badges = earned or nil,
    }
  end
  local e
  if cmd[1] ~= 'phase' and cmd[1] ~= 'announce' then
    e = entrant(cmd[4], cmd[5])
    if not e then return refused('unknown_entrant') end
  end
  local r = organized(cmd, e)
  if r.outcome == 'done' and cmd[8] ~= '' and cmd[8] ~= 'schedule' and id ~= '' then
    commands[id] = pack(cmd[10], r.seq, r.at, r.points or 0, r.bonus or 0, r.total or 0, r.badges or false)
  end
  return r
end

local function review(cmd)
  local e = entrant(cmd[4], cmd[5])
  if not e then return refused('unknown_entrant') end
  local t = tried(e, cmd[7])
  local p = t and t.pending
  if not p or p[1] ~= cmd[2] then
    local raw = cmd[11] and field(e, 'a:' .. cmd[7])
    local r = raw and before(cmd[2], false, raw, e, cmd[7])
    if r and r.replay then return r end
    return refused('unknown_claim')
  end
  if stale(cmd[3]) then return STALE end
  local c = challenge(cmd[7])
  if cmd[11] then
    if not c then return refused('unknown_challenge') end
    return awarded(award(e, cmd[7], c, pack(p[2]), pack(p[1]), cmd[8], cmd[9]))
  end
  -- A challenge that was removed since has no limits any more.
  return wrong(e, cmd[7], c or { max = 0, cooldown = 0 }, cmd[2], '')
end
