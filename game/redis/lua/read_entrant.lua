-- read_entrant.lua: everything that is known of an entrant, at one moment.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  entrant
-- Returns  packed values: 'ok', epoch, and what entrant_reply packs; or
--          'unknown_hunt'; or 'unknown_entrant'

local epoch = call('HGET', KEYS[1], 'epoch')
if not epoch then return pack('unknown_hunt') end
local e = entrant(ARGV[1])
if not e then return pack('unknown_entrant') end
return pack('ok', epoch) .. entrant_reply(e)
