-- claim.lua: claims and events. rules/claim.go and award.go in Lua; the order of
-- the checks is that of docs/rules.md.
--
-- Needs    all before
-- Claims and events are packed values, which the parameters of claim name: most
-- batches are full of them, and so they need no table. short is the packed
-- entrant; id and player are short forms (ids.go), player is true where it is the
-- entrant's id.
-- Defines  STALE, joined, give_award, award, awarded, before, attempts_of, unseen, outside, wrong, claim

local STALE = { outcome = 'stale' }

-- joined returns the entrant, or nil and the refusal.
local function joined(id, short, want)
  local e = entrant(id, short, want)
  if not e then return nil, refuse('not_joined') end
  if e.out % OUT_HIDDEN == OUT_BANNED then return nil, refuse('forbidden', 'banned') end
  return e
end

local function retry(e, id)
  e.retried = e.retried or {}
  e.retried[id] = true
  mark(e, MARK_CHANGED)
end

local after

-- award_packed packs a field a:CH of values that are packed but flags and tie.
local function award_packed(flags, id, player, seq, sums, tie)
  after = after or pack(now - origin)
  local packed = string.char(flags) .. id .. player .. seq .. after .. sums
  if tie then return packed .. pack(tie) end
  return packed
end

-- tie_with is the entrant's tie after an award that gives these points and ties
-- with that seq.
local function tie_with(e, points, seq)
  if points > 0 and seq > e.tie then return seq end
  return e.tie
end

local OWN = pack(0, 0)

-- close_tries forgets the review that waits for an award and the events that were
-- counted for it.
local function close_tries(e, id)
  local t = tried(e, id)
  if not t or not (t.pending or t.events > 0) then return end
  if t.pending then waiting[e.id .. '/' .. id] = false end
  if t.events > 0 then drop_events(e, id) end
  t.pending, t.events = false, 0
  retry(e, id)
end

-- give_award adds the award of a challenge and all that follows from it but
-- badges. It returns the seq of its entry, that seq packed, and the award's flags.
-- player and cmd_id are packed. since is the seq that it ties with, nil for its
-- own. extra is added to the number of the entry's type.
local function give_award(e, id, player, cmd_id, by, reason, points, bonus, since, extra)
  local count, name = tally(id), 'a:' .. id
  local again = field(e, name)
  changing(e)
  local flags = 0
  if again then
    flags = string.byte(again) % AWARD_REVOKED
  elseif e.out == 0 and count.given == 0 then
    flags = AWARD_FIRST
  end
  if e.out == 0 then
    count.solves, count.changed = count.solves + 1, true
    if not again then count.given = count.given + 1 end
  end
  e.total = e.total + points
  local sums, ties = pack(points, bonus, e.total), OWN
  e.tie = tie_with(e, points, since or head + 1)
  if since or e.tie ~= head + 1 then ties = pack(own_tie(e.tie, head + 1), since or 0) end
  local seq = add(ENTRY_AWARDED + extra, by, reason, e.short .. player .. count.packed .. sums .. cmd_id .. ties)
  e.solves, e.firsts = e.solves + 1, e.firsts + flags
  if player ~= NOTHING then e.streak = e.streak + 1 end
  close_tries(e, id)
  local packed_seq = pack(seq)
  set(e, name, award_packed(flags, cmd_id, player, packed_seq, sums, since))
  if again and string.byte(again) >= AWARD_BADGES then unset(e, 'g:' .. id) end -- of the award that was revoked
  return seq, packed_seq, flags
end

-- award returns seq, badges, packed seq and whether the entrant has finished; or
-- nil and the refusal.
local function award(e, id, player, cmd_id, by, reason, points, bonus, since)
  if not in_bounds(e.total + points) then return nil, refuse('conflict', 'bound') end
  local seq, packed_seq, flags = give_award(e, id, player, cmd_id, by, reason, points, bonus, since, 0)
  local earned = badges(e, player, id, cmd_id, by, reason)
  if earned then
    local sums = pack(points, bonus, e.total)
    set(e, 'a:' .. id, award_packed(flags + AWARD_BADGES, cmd_id, player, packed_seq, sums, since))
    set(e, 'g:' .. id, pack(earned))
  end
  return seq, earned, packed_seq, finish(e, player, cmd_id, by)
end

-- value returns the points and the bonus of the next award of a challenge.
local function value(id, c)
  local count = tally(id)
  local bonus = c.bonus[count.given + 1] or 0
  local open = c.func == 'time' and math.max(0, hunt_time() - math.max(meta.opened, c.opens)) or 0
  return worth(c, count.solves, open) + bonus, bonus
end

local TRUE = pack(true)

-- awarded is the reply to what award returns. It is short and packed: the entries
-- have the rest.
local function awarded(seq, earned, packed_seq)
  if not seq then return earned end -- the refusal
  return TRUE .. packed_seq .. pack(earned and #earned or 0)
end

local function award_claim(e, id, c, player, cmd_id)
  local points, bonus = value(id, c)
  return awarded(award(e, id, player, cmd_id, '', '', points, bonus))
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
    local finished = more(e).finished_seq
    r.finished = finished ~= 0 and finished == seq + (r.badges and #r.badges or 0) + 1
  end
  return r
end

-- unseen answers an entrant that may not see the challenges yet.
local function unseen(e)
  if meta.phase == 'draft' then return { outcome = 'closed' } end
  if meta.limit == 0 or more(e).clock ~= 0 then return nil end
  if meta.phase == 'open' then return refuse('not_started') end
  return { outcome = 'closed' }
end

-- ends is the hunt time at which the entrant's own time is over, or 0.
local function ends(e)
  local m = more(e)
  if meta.limit == 0 or m.clock == 0 then return 0 end
  local at = m.clock + meta.limit + m.extra + meta.extra
  if meta.closes ~= 0 then at = math.min(at, meta.closes) end
  return at
end

-- outside answers a claim when it does not count now.
local function outside(e, c)
  local t = hunt_time()
  if meta.phase ~= 'open' or t < c.opens or (c.closes ~= 0 and t >= c.closes) then return { outcome = 'closed' } end
  if meta.limit == 0 then return nil end
  local at = ends(e)
  if at ~= 0 and t >= at then return { outcome = 'closed', why = 'limit' } end
  return nil
end

-- claimable returns the challenge, or nil and the reply.
local function claimable(e, id)
  local no = unseen(e)
  if no then return nil, no end
  local c = challenge(id)
  if not c then return nil, refuse('unknown_challenge') end
  no = outside(e, c)
  if no then return nil, no end
  no = (c.stop or c.unlock or #c.requires > 0) and locked(e, id, c)
  if no then
    no.outcome = 'locked'
    return nil, no
  end
  return c
end

-- attempts_of returns the attempts at a challenge for changing them.
local function attempts_of(e, id)
  local t = tried(e, id)
  if not t then
    t = {
      count = 0, retry_at = 0, broken = 0, recent = {}, answers = {}, pending = false, events = 0, brake = false,
    }
    e.t = e.t or {}
    e.t[id], e.tried = t, e.tried + 1
    mark(e, MARK_SAVED)
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

-- braked counts a wrong claim of a challenge without limits of its own, and
-- returns the cooldown that it costs.
local function braked(t, at)
  local free, since, level, last = 0, 0, 0, 0
  if t.brake then free, since, level, last = unpack(t.brake) end
  if at - last >= BRAKE_QUIET then free, since, level = 0, 0, 0 end
  local cooldown = 0
  if level == 0 and at - since >= BRAKE_WINDOW then free, since = 0, at end
  if level == 0 and free < BRAKE_FREE then
    free = free + 1
  else
    cooldown = math.min(BRAKE_FIRST * 2 ^ level, BRAKE_MOST)
    if cooldown < BRAKE_MOST then level = level + 1 end
  end
  t.brake = { free, since, level, at }
  return cooldown
end

-- fine takes the penalty of a wrong claim, and returns its seq and points; nil
-- without one. cmd_id is not packed, player is.
local function fine(e, id, c, player, cmd_id)
  local points = math.min(c.penalty, e.total)
  if points <= 0 then return nil end
  changing(e)
  e.total = e.total - points
  local what = pack(id, 0 - points, e.total, cmd_id, 0, '')
  local seq = add(ENTRY_PENALISED, '', '', e.short .. player .. what)
  set(e, 'p:' .. id .. '/' .. cmd_id, pack(seq, now - origin, points, e.total))
  return seq, points
end

local UNLIMITED = { max = 0, cooldown = 0, penalty = 0 } -- a challenge that was removed since

-- wrong counts a wrong claim. player is packed; answer is what was typed, or ''.
local function wrong(e, id, c, player, cmd_id, digest, head_before, answer)
  c = c or UNLIMITED
  local t = attempts_of(e, id)
  local at, cooldown = hunt_time(), c.cooldown
  if c.max == 0 and cooldown == 0 then cooldown = braked(t, at) end
  if t.pending then waiting[e.id .. '/' .. id] = false end
  t.count, t.retry_at, t.pending = t.count + 1, at + cooldown, false
  if head_before > t.broken then
    e.broken, e.streak = math.max(e.broken, head_before), 0
    mark(e, MARK_SAVED)
  end
  t.broken = head_before
  local rest = left(c, t.count)
  local seq, points = fine(e, id, c, player, cmd_id)
  keep_last(RECENT_CLAIMS, t.recent, { cmd_id, now, rest, cooldown, seq, points, seq and e.total })
  if digest ~= '' then
    keep_last(RECENT_ANSWERS, t.answers, digest)
    if answer ~= '' then given[#given + 1] = { id, digest, answer, e.id } end
  end
  return {
    outcome = 'wrong', at = now, left = rest, retry_after = cooldown, seq = seq, penalty = points, total = seq and e.total,
  }
end

-- repeated answers a claim that was wrong before or waits for an organizer.
local function repeated(e, id, t, cmd_id)
  for i = 1, #t.recent do
    local wrong_id, at, rest, retry_after, seq, points, total = unpack(t.recent[i])
    if wrong_id == cmd_id then
      return {
        outcome = 'wrong', replay = true, at = at, left = rest, retry_after = retry_after, seq = seq, penalty = points,
        total = total,
      }
    end
  end
  if t.pending then
    local pending_id, _, _, at, seq = unpack(t.pending)
    if pending_id == cmd_id then return { outcome = 'pending', replay = true, seq = seq, at = at } end
  end
  local paid = field(e, 'p:' .. id .. '/' .. cmd_id)
  if not paid then return nil end
  local seq, at, points, total = unpacked(paid)
  return {
    outcome = 'wrong', replay = true, at = at + origin, left = -1, seq = seq, penalty = points, total = total,
  }
end

-- ruled_out answers a claim that earlier attempts do not allow now.
local function ruled_out(t, c)
  if t.pending then
    local _, _, _, at, seq = unpack(t.pending)
    return { outcome = 'pending', seq = seq, at = at }
  end
  if c.max > 0 and t.count >= c.max then return { outcome = 'exhausted' } end
  if hunt_time() < t.retry_at then return { outcome = 'cooldown', retry_after = t.retry_at - hunt_time() } end
  return nil
end

-- practise judges a claim of a closed hunt; nothing is kept.
local function practise(id, verdict, note)
  if not challenge(id) then return refuse('unknown_challenge') end
  if verdict == 'malformed' then return refuse('bad_proof', note) end
  if verdict == 'review' then return { outcome = 'closed' } end
  if verdict == 'near' then return { outcome = 'near', practice = true } end
  if verdict == true then return { outcome = 'right', practice = true } end
  return { outcome = 'wrong', practice = true, left = -1 }
end

-- submit keeps a claim that an organizer has to decide. player is packed, what is
-- ENTRY_SUBMITTED or that of one that is put back.
local function submit(e, id, player, cmd_id, note, what)
  local seq = add(what, '', '', e.short .. player .. pack(id, 0, 0, cmd_id, 0, ''))
  tell('', '', '', note)
  local member = unpacked(player)
  attempts_of(e, id).pending = { cmd_id, member, note, now, seq }
  waiting[e.id .. '/' .. id] = pack(cmd_id, e.id, member, id, note, now, seq)
  return { outcome = 'pending', seq = seq, at = now }
end

-- judged answers a claim that is not an event and that no award answers.
local function judged(e, packed_id, rev, player, id, verdict, note, answer)
  local t, cmd_id = tried(e, id), nil
  if t then
    cmd_id = unpacked(packed_id)
    local no = repeated(e, id, t, cmd_id)
    if no then return no end
  end
  if stale(rev) then return STALE end
  if meta.phase == 'closed' and rules.practice then return practise(id, verdict, note) end
  local c, no = claimable(e, id)
  if not c then return no end
  if verdict == 'malformed' then return refuse('bad_proof', note) end
  no = t and ruled_out(t, c)
  if no then return no end
  if verdict == true then return award_claim(e, id, c, player, packed_id) end
  if verdict == 'near' then return { outcome = 'near', at = now } end
  cmd_id = cmd_id or unpacked(packed_id)
  if verdict == 'review' then return submit(e, id, player, cmd_id, note, ENTRY_SUBMITTED) end
  for i = 1, t and #t.answers or 0 do
    if t.answers[i] == note then return { outcome = 'wrong', at = now, left = left(c, t.count) } end
  end
  return wrong(e, id, c, player, cmd_id, note, head, answer)
end

local function event(e, packed_id, rev, player, id)
  local t = tried(e, id)
  local count, cmd_id = t and t.events or 0, unpacked(packed_id)
  if count > 0 and counted(e, id, cmd_id) then
    return { outcome = 'pending', replay = true, count = count }
  end
  if stale(rev) then return STALE end
  local c, no = claimable(e, id)
  if not c then return no end
  if count + 1 >= c.count then return award_claim(e, id, c, player, packed_id) end
  attempts_of(e, id).events = count + 1
  count_event(e, id, cmd_id, count + 1)
  return { outcome = 'pending', at = now, count = count + 1 }
end

-- claim decides a claim or an event. packed_id, short and player are packed;
-- verdict is true (right), false (wrong; note is the answer's digest), 'review'
-- (note is the player's), 'near', 'malformed' (note says why), or 'event'. answer is
-- what was typed, of a wrong one.
local function claim(packed_id, rev, entrant_id, short, player, id, verdict, note, answer)
  local name = 'a:' .. id
  local e, no = joined(entrant_id, short, name)
  if not e then return no end
  local kept_award = field(e, name)
  if kept_award then return before(unpacked(packed_id), verdict == true or verdict == 'event', kept_award, e, id) end
  if verdict == 'event' then return event(e, packed_id, rev, player, id) end
  return judged(e, packed_id, rev, player, id, verdict, note, answer)
end
