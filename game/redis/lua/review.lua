-- review.lua: how a claim that waits for an organizer is decided. rules/review.go
-- in Lua.
--
-- Needs    entrant.lua, state.lua, pending.lua, claim.lua
-- Command  {type, id, rev, entrant, short, challenge, by, reason, approve}; id is the claim's
-- Defines  review

local function review(cmd)
  local e = entrant(cmd.entrant, cmd.short)
  if not e then return refuse('unknown_entrant') end
  local t = tried(e, cmd.challenge)
  local claim_id, player
  if t and t.pending then claim_id, player = unpack(t.pending) end
  if claim_id ~= cmd.id then
    local kept_award = cmd.approve and field(e, 'a:' .. cmd.challenge)
    local r = kept_award and before(cmd.id, false, kept_award, e, cmd.challenge)
    if r and r.replay then return r end
    return refuse('unknown_claim')
  end
  if stale(cmd.rev) then return STALE end
  local c = challenge(cmd.challenge)
  if cmd.approve then
    if not c then return refuse('unknown_challenge') end
    return awarded(award(e, cmd.challenge, c, pack(player), pack(claim_id), cmd.by, cmd.reason))
  end
  -- A challenge that was removed since has no limits any more.
  return wrong(e, cmd.challenge, c or { max = 0, cooldown = 0 }, cmd.id, '')
end
