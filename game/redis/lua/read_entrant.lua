-- read_entrant.lua: everything that is known of an entrant, at one moment.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  entrant
-- Returns  packed values: 'ok', origin of times, and what entrant_reply packs; or
--          'unknown_hunt'; or 'unknown_entrant'; or 'format' and its number

local epoch, state, format = unpack(call('HMGET', KEYS[1], 'epoch', 'state', 'format'))
if not epoch then return pack('unknown_hunt') end
if tonumber(format or 0) ~= META_FORMAT then return pack('format', tonumber(format or 0)) end
local _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, origin = unpacked(state) -- keys.lua names them
if (origin or 0) == 0 then origin = tonumber(epoch) end
local e = entrant(ARGV[1])
if not e then return pack('unknown_entrant') end
return pack('ok', origin) .. entrant_reply(e)
