-- purge.lua: a part of removing a hunt that lay in the bin for long.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  Unix ms: it is removed if it was put into the bin before
-- ARGV[2]  how many entrants to remove in this call
-- Returns  'more', 'done', or 'kept'
--
-- The meta key goes last, so that a removal that was broken off goes on.

local state, format = unpack(call('HMGET', KEYS[1], 'state', 'format'))
if not state or tonumber(format) ~= META_FORMAT then return 'kept' end
local _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, deleted = unpacked(state) -- keys.lua names them
if (deleted or 0) == 0 or deleted >= tonumber(ARGV[1]) then return 'kept' end

local _, found = unpack(call('HSCAN', base .. 'who', 0, 'COUNT', ARGV[2]))
for i = 1, #found, 2 do
  local id = found[i]
  local tries = call('HKEYS', base .. 't:' .. id)
  for j = 1, #tries do call('UNLINK', base .. 'v:' .. id .. ':' .. tries[j]) end
  call('UNLINK', base .. 'e:' .. id, base .. 't:' .. id)
  call('HDEL', base .. 'who', id)
end
if call('EXISTS', base .. 'who') == 1 then return 'more' end
for _, key in ipairs({ 'out', 'board', 'ledger', 'def', 'tally', 'players', 'names', 'skips', 'placed', 'restored', 'cmds',
  'waiting', 'frozen', 'frozen_tally' }) do
  call('UNLINK', base .. key)
end
local challenges = call('SMEMBERS', base .. 'answered')
for i = 1, #challenges do call('UNLINK', base .. 'said:' .. challenges[i], base .. 'gave:' .. challenges[i]) end
call('UNLINK', base .. 'answered')
local divisions = call('SMEMBERS', base .. 'divisions')
for i = 1, #divisions do call('UNLINK', base .. 'div:' .. divisions[i]) end
call('UNLINK', base .. 'divisions')
call('UNLINK', KEYS[1])
return 'done'
