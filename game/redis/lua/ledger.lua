-- ledger.lua: entries, the frozen board and refusals, all in memory.
--
-- Needs    keys.lua, entrant.lua, state.lua
-- Defines  entries, persons, head, add, tell, freeze, reveal, frost, changing, refuse
--
-- An entry is packed values one after the other: its type's number, ms after
-- the origin, nonce, and then by type
--   ENTRY_JOINED     entrant player invite number division
--   ENTRY_AWARDED    entrant player challenge points bonus total id tie since
--   ENTRY_BADGED     entrant player badge challenge points total id place
--   ENTRY_HINTED     entrant player challenge hint points total id rev
--   ENTRY_ADJUSTED   entrant points total id tie keep_place
--   ENTRY_REVOKED    entrant challenge badge points total id tie
--   ENTRY_PHASED     phase frozen text id opens closes
--   ENTRY_ANNOUNCED  text id
--   ENTRY_DEFINED    rev opens closes
--   ENTRY_RECOVERED  text
--   any other        entrant player challenge points total id value text (entries.go)
-- A tie of 0 is the entry's own seq. ENTRY_WITH_BY is added to the number when by
-- and reason follow, ENTRY_WITH_ORIGIN when the origin of the entry that this one
-- puts back comes last. Go reads them in entries.go. What persons wrote is not
-- in an entry; persons has it for the reply.

local entries, head = {}, meta.seq

-- Names and notes that belong to entries of this call: number of the entry in
-- entries, name, looks, member, note; packed.
local persons = {}

local starts = {}

-- start packs what entries of a number begin with, the same in all of a call.
local function start(number)
  local s = starts[number]
  if not s then
    s = pack(number, now - origin, nonce)
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
    entries[#entries + 1] = start(number + ENTRY_WITH_BY) .. body .. pack(by, reason)
  end
  return head
end

-- tell keeps what persons wrote that belongs to the last entry.
local function tell(name, looks, member, note)
  persons[#persons + 1] = pack(#entries, name, looks, member, note)
end

-- Rows as they were at the freeze. frost.kept knows which entrants have one
-- already: false in the store, a string in this call. frost.tally has the tallies of
-- a freeze in this call; new and thawed say that it froze, or was revealed, in it.
local frost = { kept = {}, new = false, thawed = false, tally = nil }

-- changing keeps a row for the frozen board before it changes.
local function changing(e)
  e.mark = MARK_RANKED
  if meta.frozen == 0 or frost.kept[e.id] ~= nil then return end
  if not frost.new and call('HEXISTS', base .. 'frozen', e.id) == 1 then
    frost.kept[e.id] = false
  elseif e.join_seq == 0 then
    frost.kept[e.id] = ''
  else
    frost.kept[e.id] = pack(e.total, e.solves, e.badges, e.tie)
  end
end

local function freeze(seq)
  frost.new, frost.kept, frost.tally = true, {}, {}
  local all = call('HGETALL', base .. 'tally')
  for i = 1, #all, 2 do frost.tally[all[i]] = all[i + 1] end
  for id, t in pairs(tallies) do
    if t.changed or t.given > 0 then frost.tally[id] = pack(t.solves, t.given) end
  end
  alter('frozen_seq', seq)
end

local function reveal()
  frost.new, frost.thawed, frost.kept, frost.tally = false, true, {}, nil
  alter('frozen_seq', 0)
end

-- refuse returns the reply of a refusal; why is one more word with the code.
local function refuse(code, why, requires)
  return { outcome = 'refused', code = code, why = why, requires = requires }
end
