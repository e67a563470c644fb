-- ready.lua: whether the server would take a write. It writes nothing. The
-- shebang line alone makes a server refuse the script while it is a replica, out
-- of memory, or unable to write to its disk.
--
-- KEYS, ARGV  none
-- Returns     'ready'

return 'ready'
