-- claim.lua: claims, events and hints. rules/claim.go in Lua; the order of the
-- checks is that of docs/rules.md.
--
-- Needs    all before
-- Commands (arrays): {word, id, rev, entrant, packed entrant, player, challenge, ...}
--   claim  ..., 'right' | 'wrong' | 'review', digest, note
--   event  ...
--   hint   ..., hint
-- Defines  give_award, award, before, wrong, claim, event, hint

local STALE = { outcome = 'stale' }

-- joined returns the entrant, or nil and the refusal.
local function joined(cmd, want)
  local e = entrant(cmd[4], cmd[5], want)
  if not e then return nil, refused('not_joined') end
  if e.banned == 1 then return nil, refused('forbidden', 'banned') end
  return e
end

local function retry(e, id)
  e.retried = e.retried or {}
  e.retried[id], e.changed = true, true
end

-- give_award adds the award of a challenge and what hangs on it but badges. It
-- returns its seq and its flags. more is added to the
-- entry's type number.
local function give_award(e, id, player, cmd_id, by, reason, points, bonus, more)
  local count = tally(id)
  changing(e)
  local flags = count.given == 0 and 1 or 0
  count.solves, count.given, count.changed = count.solves + 1, count.given + 1, true

  e.total = e.total + points
  local total = e.total
  local seq = add(2 + (more or 0), by, reason, e.short, player, id, points, bonus, total, cmd_id)
  e.tie, e.solves, e.firsts = seq, e.solves + 1, e.firsts + flags
  if player ~= '' then e.streak = e.streak + 1 end

  local t = tried(e, id)
  if t and (t.pending or t.events > 0) then
    if t.pending then waiting[e.id .. '/' .. id] = false end
    if t.events > 0 then drop_events(e, id) end
    t.pending, t.events = false, 0
    retry(e, id)
  end

  local name = 'a:' .. id
  local again = field(e, name)
  if again then again = string.byte(again) end
  set(e, name, pack(flags, cmd_id, player, seq, now - origin, points, bonus, total))
  if again and again >= 4 then unset(e, 'g:' .. id) end -- of the award that was revoked
  return seq, flags
end

local function award(e, id, c, player, cmd_id, by, reason)
  local count = tally(id)
  local bonus = c.bonus[count.given + 1] or 0
  local points = worth(c, count.solves) + bonus
  if not in_bounds(e.total + points) then return refused('conflict', 'bound') end
  local seq, flags = give_award(e, id, player, cmd_id, by, reason, points, bonus)
  local earned = badges(e, player, id, cmd_id, by, reason)
  if earned then
    set(e, 'a:' .. id, pack(flags + 4, cmd_id, player, seq, now - origin, points, bonus, e.total))
    set(e, 'g:' .. id, pack(earned))
  end
  return {
    outcome = 'awarded', seq = seq, at = now, points = points, bonus = bonus, total = e.total, badges = earned,
  }
end

-- before answers a claim or event by the award that there is, or returns nil.
local function before(e, cmd, right)
  local raw = field(e, 'a:' .. cmd[7])
  if not raw then return nil end
  local flags, id, _, seq, after, points, bonus, total = unpacked(raw)
  local r = {
    outcome = 'already', seq = seq, at = after + origin, points = points, bonus = bonus, total = total,
    right = right, revoked = flags % 4 >= 2,
  }
  if id == cmd[2] then
    r.outcome, r.replay, r.right = 'awarded', true, false
    if flags >= 4 then r.badges = unpacked(field(e, 'g:' .. cmd[7])) end
  end
  return r
end

-- within tells whether claims for the challenge count now.
local function within(c)
  local t = hunt_time()
  return meta.phase == 'open' and c.opens <= t and (c.closes == 0 or t < c.closes)
end

local function unsolved(e, list)
  local missing = nil
  for i = 1, #list do
    if not solved(e, list[i]) then
      missing = missing or {}
      missing[#missing + 1] = list[i]
    end
  end
  return missing
end

-- claimable returns the challenge, or nil and the reply.
local function claimable(e, cmd)
  if stale(cmd) then return nil, STALE end
  local c = challenge(cmd[7])
  if not c then return nil, refused('unknown_challenge') end
  if not within(c) then return nil, { outcome = 'closed' } end
  local missing = unsolved(e, c.requires)
  if missing then return nil, { outcome = 'locked', requires = missing } end
  return c
end

local function attempts_of(e, id)
  local t = tried(e, id)
  if not t then
    t = { count = 0, retry_at = 0, broken = 0, recent = {}, answers = {}, pending = false, events = 0 }
    e.t = e.t or {}
    e.t[id], e.tried, e.save = t, e.tried + 1, true
  end
  retry(e, id)
  return t
end

local function keep_last(n, list, value)
  list[#list + 1] = value
  if #list > n then table.remove(list, 1) end
end

local function left(c, count)
  if c.max == 0 then return -1 end
  return math.max(0, c.max - count)
end

local function wrong(e, id, c, cmd_id, digest)
  local t = attempts_of(e, id)
  if t.pending then waiting[e.id .. '/' .. id] = false end
  t.count, t.retry_at, t.pending = t.count + 1, hunt_time() + c.cooldown, false
  if head > t.broken then
    e.broken, e.streak, e.save = math.max(e.broken, head), 0, true
  end
  t.broken = head
  local rest = left(c, t.count)
  keep_last(4, t.recent, { cmd_id, now, rest, c.cooldown })
  if digest ~= '' then keep_last(16, t.answers, digest) end
  return { outcome = 'wrong', at = now, left = rest, retry_after = c.cooldown }
end

local function claim(cmd)
  local e, no = joined(cmd, 'a:' .. cmd[7])
  if not e then return no end
  local right = cmd[8] == 'right'
  local r = before(e, cmd, right)
  if r then return r end
  local t = tried(e, cmd[7])
  for i = 1, t and #t.recent or 0 do
    local w = t.recent[i]
    if w[1] == cmd[2] then
      return { outcome = 'wrong', replay = true, at = w[2], left = w[3], retry_after = w[4] }
    end
  end
  if t and t.pending and t.pending[1] == cmd[2] then
    return { outcome = 'pending', at = t.pending[4], replay = true }
  end
  local c
  c, no = claimable(e, cmd)
  if not c then return no end
  if t then
    if t.pending then return { outcome = 'pending', at = t.pending[4] } end
    if c.max > 0 and t.count >= c.max then return { outcome = 'exhausted' } end
    if hunt_time() < t.retry_at then return { outcome = 'cooldown', retry_after = t.retry_at - hunt_time() } end
  end
  if cmd[8] == 'review' then
    t = attempts_of(e, cmd[7])
    t.pending = { cmd[2], cmd[6], cmd[10], now }
    waiting[e.id .. '/' .. cmd[7]] = pack(cmd[2], e.id, cmd[6], cmd[7], cmd[10], now)
    return { outcome = 'pending', at = now }
  end
  if right then return award(e, cmd[7], c, cmd[6], cmd[2], '', '') end
  for i = 1, t and #t.answers or 0 do
    if t.answers[i] == cmd[9] then return { outcome = 'wrong', at = now, left = left(c, t.count) } end
  end
  return wrong(e, cmd[7], c, cmd[2], cmd[9])
end

local function event(cmd)
  local e, no = joined(cmd, 'a:' .. cmd[7])
  if not e then return no end
  local r = before(e, cmd, true)
  if r then return r end
  local t = tried(e, cmd[7])
  local count = t and t.events or 0
  if count > 0 and counted(e, cmd[7], cmd[2]) then
    return { outcome = 'pending', replay = true, count = count }
  end
  local c
  c, no = claimable(e, cmd)
  if not c then return no end
  if count + 1 >= c.count then return award(e, cmd[7], c, cmd[6], cmd[2], '', '') end
  attempts_of(e, cmd[7]).events = count + 1
  count_event(e, cmd[7], cmd[2], count + 1)
  return { outcome = 'pending', at = now, count = count + 1 }
end

local function hint(cmd)
  local name = 'h:' .. cmd[7] .. '/' .. cmd[8]
  local e, no = joined(cmd, name)
  if not e then return no end
  local raw = field(e, name)
  if raw then
    local _, seq, after, cost, total = unpacked(raw)
    return { outcome = 'done', replay = true, seq = seq, at = after + origin, points = 0 - cost, total = total }
  end
  if stale(cmd) then return STALE end
  local c = challenge(cmd[7])
  if not c then return refused('unknown_challenge') end
  local h = rules[4][cmd[7] .. '/' .. cmd[8]]
  if not h then return refused('unknown_hint') end
  if not within(c) then return refused('closed') end
  local cost, requires = unpacked(h)
  local missing = unsolved(e, c.requires)
  if not missing then
    for i = 1, #requires do
      if not field(e, 'h:' .. cmd[7] .. '/' .. requires[i]) then
        missing = missing or {}
        missing[#missing + 1] = requires[i]
      end
    end
  end
  if missing then return refused('forbidden', 'locked', missing) end
  if cost > 0 and e.total < cost then return refused('insufficient_points') end
  changing(e)
  e.total = e.total - cost
  local seq = add(4, '', '', e.short, cmd[6], cmd[7], cmd[8], 0 - cost, e.total, cmd[2])
  set(e, name, pack(cmd[2], seq, now - origin, cost, e.total))
  return { outcome = 'done', seq = seq, at = now, points = 0 - cost, total = e.total }
end
