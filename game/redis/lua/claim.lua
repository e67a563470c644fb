-- claim.lua: claims, events and hints. rules/claim.go in Lua; the order of the
-- checks is that of docs/rules.md.
--
-- Needs    all before
-- Commands:
--   claims and events are packed values, which the parameters of claim name:
--     most batches are full of them, and so they need no table
--   hint {type, id, rev, entrant, short, player, challenge, hint}
-- In every command short is the packed entrant; id and player are short forms
-- (ids.go), player is true where it is the entrant's id.
-- Defines  STALE, give_award, award, awarded, before, wrong, claim, hint

local STALE = { outcome = 'stale' }

-- joined returns the entrant, or nil and the refusal.
local function joined(id, short, want)
  local e = entrant(id, short, want)
  if not e then return nil, refuse('not_joined') end
  if e.banned == 1 then return nil, refuse('forbidden', 'banned') end
  return e
end

local function retry(e, id)
  e.retried = e.retried or {}
  e.retried[id] = true
  mark(e, CHANGED)
end

local after

-- award_packed packs a field a:CH of values that are packed but the flags.
local function award_packed(flags, id, player, seq, sums)
  after = after or pack(now - origin)
  return string.char(flags) .. id .. player .. seq .. after .. sums
end

-- give_award adds the award of a challenge and all that follows from it but
-- badges. It returns the seq of its entry, that seq packed, and the award's flags.
-- player and cmd_id are packed. more is added to the number of the entry's type.
local function give_award(e, id, player, cmd_id, by, reason, points, bonus, more)
  local count = tally(id)
  changing(e)
  local flags = count.given == 0 and AWARD_FIRST or 0
  count.solves, count.given, count.changed = count.solves + 1, count.given + 1, true

  e.total = e.total + points
  local sums = pack(points, bonus, e.total)
  local seq = add(ENTRY_AWARDED + more, by, reason, e.short .. player .. count.packed .. sums .. cmd_id)
  e.tie, e.solves, e.firsts = seq, e.solves + 1, e.firsts + flags
  if player ~= NOTHING then e.streak = e.streak + 1 end

  local t = tried(e, id)
  if t and (t.pending or t.events > 0) then
    if t.pending then waiting[e.id .. '/' .. id] = false end
    if t.events > 0 then drop_events(e, id) end
    t.pending, t.events = false, 0
    retry(e, id)
  end

  local name = 'a:' .. id
  local again = field(e, name)
  local packed_seq = pack(seq)
  set(e, name, award_packed(flags, cmd_id, player, packed_seq, sums))
  if again and string.byte(again) >= AWARD_BADGES then unset(e, 'g:' .. id) end -- of the award that was revoked
  return seq, packed_seq, flags
end

-- award returns seq, points, bonus, badges and packed seq, or nil and the refusal.
local function award(e, id, c, player, cmd_id, by, reason)
  local count = tally(id)
  local bonus = c.bonus[count.given + 1] or 0
  local points = worth(c, count.solves) + bonus
  if not in_bounds(e.total + points) then return nil, refuse('conflict', 'bound') end
  local seq, packed_seq, flags = give_award(e, id, player, cmd_id, by, reason, points, bonus, 0)
  local earned = badges(e, player, id, cmd_id, by, reason)
  if earned then
    local sums = pack(points, bonus, e.total)
    set(e, 'a:' .. id, award_packed(flags + AWARD_BADGES, cmd_id, player, packed_seq, sums))
    set(e, 'g:' .. id, pack(earned))
  end
  return seq, points, bonus, earned, packed_seq
end

local TRUE = pack(true)

-- awarded is the reply to what award returns. It is short and packed: the entry
-- has the rest.
local function awarded(seq, points, _, earned, packed_seq)
  if not seq then return points end -- the refusal
  return TRUE .. packed_seq .. pack(earned and #earned or 0)
end

-- before answers a command by the award that there is, a packed field a:CH.
local function before(cmd_id, right, kept_award, e, challenge_id)
  local flags, id, _, seq, after, points, bonus, total = unpacked(kept_award)
  local r = {
    outcome = 'already', seq = seq, at = after + origin, points = points, bonus = bonus, total = total,
    right = right, revoked = flags % AWARD_BADGES >= AWARD_REVOKED,
  }
  if id == cmd_id then
    r.outcome, r.replay, r.right = 'awarded', true, false
    if flags >= AWARD_BADGES then r.badges = unpacked(field(e, 'g:' .. challenge_id)) end
  end
  return r
end

-- within reports whether claims for the challenge count now.
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
local function claimable(e, rev, id)
  if stale(rev) then return nil, STALE end
  local c = challenge(id)
  if not c then return nil, refuse('unknown_challenge') end
  if not within(c) then return nil, { outcome = 'closed' } end
  local missing = unsolved(e, c.requires)
  if missing then return nil, { outcome = 'locked', requires = missing } end
  return c
end

-- attempts_of returns the attempts at a challenge for changing them.
local function attempts_of(e, id)
  local t = tried(e, id)
  if not t then
    t = { count = 0, retry_at = 0, broken = 0, recent = {}, answers = {}, pending = false, events = 0 }
    e.t = e.t or {}
    e.t[id], e.tried = t, e.tried + 1
    mark(e, SAVED)
  end
  retry(e, id)
  return t
end

local function keep_last(n, list, value)
  list[#list + 1] = value
  if #list > n then table.remove(list, 1) end
end

-- left returns how many attempts are left after count, -1 when unlimited.
local function left(c, count)
  if c.max == 0 then return -1 end
  return math.max(0, c.max - count)
end

local function wrong(e, id, c, cmd_id, digest)
  local t = attempts_of(e, id)
  if t.pending then waiting[e.id .. '/' .. id] = false end
  t.count, t.retry_at, t.pending = t.count + 1, hunt_time() + c.cooldown, false
  if head > t.broken then
    e.broken, e.streak = math.max(e.broken, head), 0
    mark(e, SAVED)
  end
  t.broken = head
  local rest = left(c, t.count)
  keep_last(RECENT_CLAIMS, t.recent, { cmd_id, now, rest, c.cooldown })
  if digest ~= '' then keep_last(RECENT_ANSWERS, t.answers, digest) end
  return { outcome = 'wrong', at = now, left = rest, retry_after = c.cooldown }
end

-- repeated answers a claim that was wrong before or waits for an organizer.
local function repeated(t, cmd_id)
  for i = 1, #t.recent do
    local wrong_id, at, rest, retry_after = unpack(t.recent[i])
    if wrong_id == cmd_id then
      return { outcome = 'wrong', replay = true, at = at, left = rest, retry_after = retry_after }
    end
  end
  if t.pending then
    local pending_id, _, _, at = unpack(t.pending)
    if pending_id == cmd_id then return { outcome = 'pending', replay = true, at = at } end
  end
  return nil
end

-- ruled_out answers a claim that earlier attempts do not allow now.
local function ruled_out(t, c)
  if t.pending then
    local _, _, _, at = unpack(t.pending)
    return { outcome = 'pending', at = at }
  end
  if c.max > 0 and t.count >= c.max then return { outcome = 'exhausted' } end
  if hunt_time() < t.retry_at then return { outcome = 'cooldown', retry_after = t.retry_at - hunt_time() } end
  return nil
end

-- judged answers a claim that is not an event and that no award answers.
local function judged(e, packed_id, rev, player, id, verdict, note)
  local t = tried(e, id)
  local no = t and repeated(t, (unpacked(packed_id)))
  if no then return no end
  local c
  c, no = claimable(e, rev, id)
  if not c then return no end
  no = t and ruled_out(t, c)
  if no then return no end
  if verdict == true then return awarded(award(e, id, c, player, packed_id, '', '')) end
  local cmd_id = unpacked(packed_id)
  if verdict == 'review' then
    local member = unpacked(player)
    attempts_of(e, id).pending = { cmd_id, member, note, now }
    waiting[e.id .. '/' .. id] = pack(cmd_id, e.id, member, id, note, now)
    return { outcome = 'pending', at = now }
  end
  for i = 1, t and #t.answers or 0 do
    if t.answers[i] == note then return { outcome = 'wrong', at = now, left = left(c, t.count) } end
  end
  return wrong(e, id, c, cmd_id, note)
end

local function event(e, packed_id, rev, player, id)
  local t = tried(e, id)
  local count, cmd_id = t and t.events or 0, unpacked(packed_id)
  if count > 0 and counted(e, id, cmd_id) then
    return { outcome = 'pending', replay = true, count = count }
  end
  local c, no = claimable(e, rev, id)
  if not c then return no end
  if count + 1 >= c.count then return awarded(award(e, id, c, player, packed_id, '', '')) end
  attempts_of(e, id).events = count + 1
  count_event(e, id, cmd_id, count + 1)
  return { outcome = 'pending', at = now, count = count + 1 }
end

-- claim decides a claim or an event. packed_id, short and player are packed;
-- verdict is true (right), false (wrong; note is the answer's digest), 'review'
-- (note is the player's), or 'event'.
local function claim(packed_id, rev, entrant_id, short, player, id, verdict, note)
  local name = 'a:' .. id
  local e, no = joined(entrant_id, short, name)
  if not e then return no end
  local kept_award = field(e, name)
  if kept_award then return before(unpacked(packed_id), verdict == true or verdict == 'event', kept_award, e, id) end
  if verdict == 'event' then return event(e, packed_id, rev, player, id) end
  return judged(e, packed_id, rev, player, id, verdict, note)
end

-- missing_for lists the challenges, or else the hints, that the entrant lacks for
-- buying a hint; nil when it has all.
local function missing_for(e, c, id, requires)
  local missing = unsolved(e, c.requires)
  if missing then return missing end
  for i = 1, #requires do
    if not field(e, 'h:' .. id .. '/' .. requires[i]) then
      missing = missing or {}
      missing[#missing + 1] = requires[i]
    end
  end
  return missing
end

local function hint(cmd)
  local place = cmd.challenge .. '/' .. cmd.hint
  local name = 'h:' .. place
  local e, no = joined(cmd.entrant, cmd.short, name)
  if not e then return no end
  local bought = field(e, name)
  if bought then
    local _, seq, after, cost, total = unpacked(bought)
    return { outcome = 'done', replay = true, seq = seq, at = after + origin, points = 0 - cost, total = total }
  end
  if stale(cmd.rev) then return STALE end
  local c = challenge(cmd.challenge)
  if not c then return refuse('unknown_challenge') end
  local h = rules.hints[place]
  if not h then return refuse('unknown_hint') end
  if not within(c) then return refuse('closed') end
  local cost, requires = unpacked(h)
  local missing = missing_for(e, c, cmd.challenge, requires)
  if missing then return refuse('forbidden', 'locked', missing) end
  if cost > 0 and e.total < cost then return refuse('insufficient_points') end
  changing(e)
  e.total = e.total - cost
  local seq = add(ENTRY_HINTED, '', '', e.short .. pack(cmd.player, cmd.challenge, cmd.hint, 0 - cost, e.total, cmd.id))
  set(e, name, pack(cmd.id, seq, now - origin, cost, e.total))
  return { outcome = 'done', seq = seq, at = now, points = 0 - cost, total = e.total }
end
