-- ledger.lua: entries, the frozen board and refusals, all in memory.
--
-- Needs    keys.lua, entrant.lua, state.lua
-- Defines  entries, head, add, freeze, reveal, changing, refuse, what is kept of a frozen board
--
-- An entry is packed values one after the other: its type's number, ms after
-- the origin, nonce, and then by type
--   ENTRY_JOINED     entrant player name invite
--   ENTRY_AWARDED    entrant player challenge points bonus total id
--   ENTRY_BADGED     entrant player badge challenge points total id
--   ENTRY_HINTED     entrant player challenge hint points total id
--   ENTRY_ADJUSTED   entrant points total id
--   ENTRY_REVOKED    entrant challenge badge points total id
--   ENTRY_PHASED     phase frozen text id
--   ENTRY_ANNOUNCED  text id
--   ENTRY_BANNED     entrant id
--   ENTRY_DEFINED    rev
--   ENTRY_RECOVERED  text
-- ENTRY_WITH_BY is added to the number when by and reason follow,
-- ENTRY_WITH_ORIGIN when the origin of the entry that this one puts back comes
-- last. Go reads them in entries.go.

local entries, head = {}, meta.seq

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

-- refuse returns the reply of a refusal; why is one more word with the code.
local function refuse(code, why, requires)
  return { outcome = 'refused', code = code, why = why, requires = requires }
end
