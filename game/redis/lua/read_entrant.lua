-- read_entrant.lua: everything that is known of an entrant, at one moment.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  entrant
-- Returns  packed values: 'ok', origin of times, and what entrant_reply packs; or
--          'unknown_hunt'; or 'unknown_entrant'

local head = call('HMGET', KEYS[1], 'epoch', 'state')
if not head[1] then return pack('unknown_hunt') end
local origin = select(16, unpacked(head[2])) or 0
if origin == 0 then origin = tonumber(head[1]) end
local e = entrant(ARGV[1])
if not e then return pack('unknown_entrant') end
return pack('ok', origin) .. entrant_reply(e)
