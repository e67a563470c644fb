-- ledger.lua: entries, the frozen board and replies, all in memory.
--
-- Needs    keys.lua, entrant.lua, state.lua
-- Defines  entries, head, start, add, type numbers, freeze, reveal, changing, refused
--
-- An entry is packed values one after the other: type number, ms after the
-- origin, nonce, and then by type
--   1 joined     entrant player name invite
--   2 awarded    entrant player challenge points bonus total id
--   3 badge      entrant player badge challenge points total id
--   4 hinted     entrant player challenge hint points total id
--   5 adjusted   entrant points total id
--   6 revoked    entrant challenge badge points total id
--   7 phase      phase frozen text id
--   8 announced  text id
--   9 banned     entrant id
--  10 defined    rev
--  11 recovered  text
-- 16 is added to the number when by and reason follow, 32 when the origin of
-- the entry that this one puts back comes last.

local entries, head = {}, meta.seq

local starts = {}

-- start packs what entries of a number begin with, the same in all of a call.
local function start(number)
  local s = starts[number]
  if not s then
    s = pack(number, now - origin, args[3])
    starts[number] = s
  end
  return s
end

-- add appends an entry and returns its seq. body is packed.
local function add(number, by, reason, body)
  head = head + 1
  if by == '' and reason == '' then
    entries[#entries + 1] = start(number) .. body
  else
    entries[#entries + 1] = start(number + 16) .. body .. pack(by, reason)
  end
  return head
end

-- Rows as they were at the freeze. kept knows which entrants have one already:
-- false in the store, a string in this call.
local kept, new_freeze, thawed, frozen_tally = {}, false, false, nil

-- changing keeps a row for the frozen board before it changes.
local function changing(e)
  e.mark = RANKED
  if meta.frozen == 0 or kept[e.id] ~= nil then return end
  if not new_freeze and call('HEXISTS', base .. 'frozen', e.id) == 1 then
    kept[e.id] = false
  elseif e.join_seq == 0 then
    kept[e.id] = ''
  else
    kept[e.id] = pack(e.total, e.solves, e.badges, e.tie)
  end
end

local function freeze(seq)
  new_freeze, kept, frozen_tally = true, {}, {}
  local all = call('HGETALL', base .. 'tally')
  for i = 1, #all, 2 do frozen_tally[all[i]] = all[i + 1] end
  for id, t in pairs(tallies) do
    if t.given > 0 then frozen_tally[id] = pack(t.solves, t.given) end
  end
  alter('frozen_seq', seq)
end

local function reveal()
  new_freeze, thawed, kept, frozen_tally = false, true, {}, nil
  alter('frozen_seq', 0)
end

local function refused(code, detail, requires)
  return { outcome = 'refused', code = code, detail = detail, requires = requires }
end
