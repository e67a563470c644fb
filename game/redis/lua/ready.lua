-- ready.lua: whether the server would take a write. It writes nothing: the
-- shebang line alone makes a server refuse that is a replica, out of memory,
-- or unable to keep what it is told.
--
-- KEYS, ARGV  none
-- Returns     1

return 1
