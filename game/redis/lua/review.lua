-- review.lua: how a claim that waits for an organizer is decided. rules/review.go
-- in Lua.
--
-- Needs    organize.lua
-- Command  {type, id, rev, entrant, short, challenge, by, reason, approve, judged, points}; id is the claim's
-- Returns  organize, review, done_before

local function review(cmd)
  local e = entrant(cmd.entrant, cmd.short)
  if not e then return refuse('unknown_entrant') end
  local t = tried(e, cmd.challenge)
  local claim_id, player, since, _
  if t and t.pending then claim_id, player, _, _, since = unpack(t.pending) end
  if claim_id ~= cmd.id then
    local kept_award = cmd.approve and field(e, 'a:' .. cmd.challenge)
    local r = kept_award and before(cmd.id, false, kept_award, e, cmd.challenge)
    if r and r.replay then return r end
    return refuse('unknown_claim')
  end
  if stale(cmd.rev) then return STALE end
  local c = challenge(cmd.challenge)
  local short, id = pack(player), pack(claim_id)
  if cmd.approve then
    if not c then return refuse('unknown_challenge') end
    local points, bonus = judgement(cmd, c)
    if not points then return bonus end -- the refusal
    return awarded(award(e, cmd.challenge, short, id, cmd.by, cmd.reason, points, bonus, since))
  end
  local head_before = head
  add(ENTRY_REJECTED, cmd.by, cmd.reason, e.short .. short .. pack(cmd.challenge, 0, 0) .. id .. pack(0, ''))
  return wrong(e, cmd.challenge, c, short, cmd.id, '', head_before, '')
end

return organize, review, done_before
