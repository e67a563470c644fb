-- read_rows.lua: a part of the board.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  '1' for the board as it was at the freeze, while there is one
-- ARGV[2]  'board', 'out': entrants of that zset from a score downwards; pages go by
--          score, not by rank, so that an entrant that does not move is never missed
--          'touched': entrants that the ledger names after a seq
-- ARGV[3]  board, out: the highest score as ZREVRANGEBYSCORE takes it; touched: the seq
-- ARGV[4]  how many entrants or entries to look at
-- Returns  packed values: 'ok', epoch, seq of the head, seq of the freeze or 0, next:
--          board, out: the lowest score seen or ''; touched: the seq looked at last
--          number of rows, and for each: entrant, whether it has a row, name,
--          points, solved, badges, tie, division, whether it is out
--          or 'unknown_hunt', or 'format' and its number

local frozen, what, from, count = ARGV[1] == '1', ARGV[2], ARGV[3], tonumber(ARGV[4])
local epoch, head, state, format = unpack(call('HMGET', KEYS[1], 'epoch', 'seq', 'state', 'format'))
if not epoch then return pack('unknown_hunt') end
if tonumber(format or 0) ~= META_FORMAT then return pack('format', tonumber(format or 0)) end
local _, _, _, _, _, _, is_frozen, frozen_seq = unpacked(state) -- keys.lua names them
frozen = frozen and is_frozen == 1

-- long undoes the packing of an id (ids.go).
local function long(id)
  local first = string.byte(id, 1)
  if first == 1 and #id == 17 then
    return (string.format(string.rep('%02x', 16), string.byte(id, 2, 17))
      :gsub('^(........)(....)(....)(....)', '%1-%2-%3-%4-'))
  end
  if first == 2 then return string.sub(id, 2) end
  return id
end

local function page()
  local list = call('ZREVRANGEBYSCORE', base .. what, from, '-inf', 'WITHSCORES', 'LIMIT', 0, count)
  local ids = {}
  for i = 1, #list, 2 do ids[#ids + 1] = list[i] end
  return ids, #ids == count and string.format('%.0f', tonumber(list[#list])) or ''
end

local function touched()
  local list = call('XRANGE', base .. 'ledger', '(' .. epoch .. '-' .. from, '+', 'COUNT', count)
  local ids, seen, seq = {}, {}, tonumber(from)
  for i = 1, #list do
    local _, fields = unpack(list[i])
    local _, entry = unpack(fields)
    local number, _, _, id = unpacked(entry)
    number = number % ENTRY_WITH_BY
    if number <= ENTRY_REVOKED or number >= ENTRY_BANNED then -- the types that begin with an entrant
      id = long(id)
      if id ~= '' and not seen[id] then
        seen[id], ids[#ids + 1] = true, id
      end
    end
  end
  return ids, string.format('%d', seq + #list)
end

local ids, next_one
if what == 'touched' then
  ids, next_one = touched()
else
  ids, next_one = page()
end
local out = { pack('ok', epoch, tonumber(head), frozen and frozen_seq or 0, next_one, #ids) }
if #ids == 0 then return table.concat(out) end
local names = call('HMGET', base .. 'who', unpack(ids))
local was = frozen and call('HMGET', base .. 'frozen', unpack(ids))
for i = 1, #ids do
  local total, solves, _, _, _, tie, _, _, outs, badges, _, more =
    unpacked(call('HGET', base .. 'e:' .. ids[i], 's'))
  local there = true
  if was and was[i] == '' then
    there = false
  elseif was and was[i] then
    total, solves, badges, tie = unpacked(was[i])
  end
  local _, _, _, _, division = unpacked(more)
  out[i + 1] = pack(ids[i], there, (unpacked(names[i])), total, solves, badges, tie, division, outs ~= 0)
end
return table.concat(out)
