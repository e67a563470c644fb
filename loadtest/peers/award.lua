-- Award a challenge to an entrant, at most once, and write it to the ledger.
-- All peers run this script. It does less than Veltrix's: no prerequisites,
-- attempts, windows, bonuses, badges, phases or teams.
--
-- KEYS[1] ledger  stream: an entry an award, with the id 1-SEQ
-- KEYS[2] board   sorted set: entrant by points, then by who got there first
-- KEYS[3] entrant hash: points, and CHALLENGE → "SEQ POINTS CLAIM"
-- ARGV    entrant, challenge, claim id, points
-- Returns {outcome, seq, points, total, at in ms, 1 when the claim is a repeated one}
local ledger, board, entrant = KEYS[1], KEYS[2], KEYS[3]
local who, challenge, claim, points = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

local before, total = unpack(redis.call('HMGET', entrant, challenge, 'points'))
total = tonumber(total or 0)
if before then
  local seq, worth, first = before:match('^(%d+) (%d+) (.*)$')
  if first == claim then
    return {'awarded', tonumber(seq), tonumber(worth), total, 0, 1}
  end
  return {'already', tonumber(seq), tonumber(worth), total, 0, 0}
end

local seq = redis.call('XLEN', ledger) + 1
local now = redis.call('TIME')
local at = now[1] .. string.format('%03d', math.floor(tonumber(now[2]) / 1000))
total = total + points
redis.call('XADD', ledger, '1-' .. seq,
  'entrant', who, 'challenge', challenge, 'points', points, 'total', total, 'id', claim, 'at', at)
redis.call('HSET', entrant, challenge, seq .. ' ' .. points .. ' ' .. claim, 'points', total)
redis.call('ZADD', board, string.format('%.0f', total * 2147483648 + 2147483647 - seq), who)
return {'awarded', seq, points, total, tonumber(at), 0}
