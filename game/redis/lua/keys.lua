-- keys.lua: the keys of a hunt and what every script begins with.
--
-- KEYS[1]  PREFIX:{HUNT}:meta. All keys of a hunt share its hash tag, so one
--          declared key names the slot of all of them.
-- Defines  base, call, pack, unpacked
--
-- Keys of a hunt (times are Unix ms; "after" means ms after the epoch):
--   meta     hash   epoch seq at nonce rev mode phase opened closed paused shift
--                   frozen frozen_seq freeze_changed opens closes freeze places source
--   def      hash   revision -> source of the hunt file
--   ledger   stream EPOCH-SEQ -> e: packed entry (ledger.lua)
--   board    zset   entrant -> points*2^31 + (2^31 - 1 - tie)
--   tally    hash   challenge -> packed solves, given
--   e:ID     hash   one entrant (entrant.lua)
--   t:ID     hash   challenge -> packed attempts (entrant.lua)
--   v:ID:CH  hash   id of a counted event -> its number
--   who      hash   entrant -> packed name, invite, players
--   players  hash   player -> entrant, "" when it is the same id
--   cmds     hash   id of an organizer's command -> packed what it did
--   waiting  hash   ENTRANT/CHALLENGE -> packed claim for review: id entrant player challenge note at
--   frozen, frozen_tally   hashes, while frozen: rows and tallies of the freeze
--
-- Numbers: Lua 5.1 has doubles only. Whole numbers up to 2^53 pass unharmed
-- through redis.call (%.17g) and cmsgpack (integers), but tostring and ..
-- write %.14g, so text is made with string.format('%.0f') alone.

local call, pack, unpacked = redis.call, cmsgpack.pack, cmsgpack.unpack
local base = string.sub(KEYS[1], 1, -5)
