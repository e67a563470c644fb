-- organize.lua: what organizers do. rules/organize.go in Lua.
--
-- Needs    all before
-- Commands {type, id, rev, entrant, short, player, challenge, by, reason, content,
-- and one or two more}:
--   adjust points    revoke, grant badge    phase phase, freeze
--   announce text    ban nothing more
--   content is a digest of the command: the same id with another is a conflict.
-- A field of cmds is packed: content seq at points bonus total, badges or false.
-- Defines  commands, organize, set_phase

local commands = {}

-- done_before returns what the command of this id did, packed, or false.
local function done_before(id) return commands[id] or call('HGET', base .. 'cmds', id) end

local function adjust(cmd, e)
  if stale(cmd.rev) then return STALE end
  local total = e.total + cmd.points
  if not in_bounds(total) then return refuse('conflict', 'bound') end
  changing(e)
  e.total = total
  local seq = add(ENTRY_ADJUSTED, cmd.by, cmd.reason, e.short .. pack(cmd.points, total, cmd.id))
  -- What is restored has its badges as entries of their own.
  local earned = cmd.rev and badges(e, NOTHING, '', pack(cmd.id), cmd.by, cmd.reason) or nil
  return { outcome = 'done', seq = seq, at = now, points = cmd.points, total = e.total, badges = earned }
end

-- revoke_badge returns what the badge gave, or nil and the refusal.
local function revoke_badge(cmd, e)
  local held = field(e, 'b:' .. cmd.badge)
  if not held then return nil, refuse('conflict', 'has_not') end
  local _, _, points = unpacked(held)
  if not in_bounds(e.total - points) then return nil, refuse('conflict', 'bound') end
  changing(e)
  e.badges = e.badges - 1
  unset(e, 'b:' .. cmd.badge)
  return points
end

-- revoke_award returns what the award gave, or nil and the refusal.
local function revoke_award(cmd, e)
  local name = 'a:' .. cmd.challenge
  if not holds(e, name) then return nil, refuse('conflict', 'has_not') end
  local flags, id, player, seq, after, points, bonus, total = unpacked(field(e, name))
  if not in_bounds(e.total - points) then return nil, refuse('conflict', 'bound') end
  changing(e)
  e.solves, e.firsts = e.solves - 1, e.firsts - flags % AWARD_REVOKED
  local count = tally(cmd.challenge)
  count.solves, count.changed = count.solves - 1, true
  set(e, name, pack(flags + AWARD_REVOKED, id, player, seq, after, points, bonus, total))
  return points
end

local function revoke(cmd, e)
  local take = cmd.badge ~= '' and revoke_badge or revoke_award
  local points, no = take(cmd, e)
  if not points then return no end
  e.total = e.total - points
  local what = pack(cmd.challenge, cmd.badge, 0 - points, e.total, cmd.id)
  local seq = add(ENTRY_REVOKED, cmd.by, cmd.reason, e.short .. what)
  return { outcome = 'done', seq = seq, at = now, points = 0 - points, total = e.total }
end

local function grant_award(cmd, e)
  local c = challenge(cmd.challenge)
  if not c then return refuse('unknown_challenge') end
  if solved(e, cmd.challenge) then return refuse('conflict', 'has') end
  local seq, points, bonus, earned = award(e, cmd.challenge, c, NOTHING, pack(cmd.id), cmd.by, cmd.reason)
  if not seq then return points end -- the refusal
  return { outcome = 'done', seq = seq, at = now, points = points, bonus = bonus, total = e.total, badges = earned }
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
  local what = pack('', cmd.badge, cmd.challenge, points, e.total, cmd.id)
  local seq = add(ENTRY_BADGED, cmd.by, cmd.reason, e.short .. what)
  set(e, 'b:' .. cmd.badge, pack(seq, now - origin, points))
  return { outcome = 'done', seq = seq, at = now, points = points, total = e.total }
end

local function grant(cmd, e)
  if stale(cmd.rev) then return STALE end
  if cmd.badge == '' then return grant_award(cmd, e) end
  return grant_badge(cmd, e)
end

-- set_phase adds the entry of a phase or freeze and applies it.
local function set_phase(phase, frozen, text, id, by, reason)
  local t, was = hunt_time(), meta.phase
  local seq = add(ENTRY_PHASED, by, reason, pack(phase, frozen == 1, text, id))
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
  if stale(cmd.rev) then return STALE end
  local to, change, was = cmd.phase, cmd.freeze, meta.phase
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
  if not ok then return refuse('conflict', 'phase') end
  local seq = set_phase(phase, frozen, to .. change, cmd.id, cmd.by, cmd.reason)
  if to == 'closed' and cmd.rev then place_badges() end
  return { outcome = 'done', seq = seq, at = now }
end

local function announce(cmd)
  return { outcome = 'done', seq = add(ENTRY_ANNOUNCED, cmd.by, cmd.reason, pack(cmd.text, cmd.id)), at = now }
end

local function ban(cmd, e)
  if e.banned == 1 then return refuse('conflict', 'has') end
  changing(e)
  e.banned = 1
  return { outcome = 'done', seq = add(ENTRY_BANNED, cmd.by, cmd.reason, e.short .. pack(cmd.id)), at = now }
end

-- organized decides a command that was not done before.
local function organized(cmd)
  if cmd.type == 'phase' then return change_phase(cmd) end
  if cmd.type == 'announce' then return announce(cmd) end
  local e = entrant(cmd.entrant, cmd.short)
  if not e then return refuse('unknown_entrant') end
  if cmd.type == 'adjust' then return adjust(cmd, e) end
  if cmd.type == 'revoke' then return revoke(cmd, e) end
  if cmd.type == 'grant' then return grant(cmd, e) end
  return ban(cmd, e)
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
