-- unlock.lua: what an entrant has unlocked, and whether it has finished.
-- rules/unlock.go in Lua.
--
-- Needs    keys.lua, entrant.lua, state.lua, ledger.lua
-- A condition is packed: solves, of (list of challenges that it counts, or false:
-- all), challenges (a list, or false), need (how many of these), points, firsts,
-- streak, after. rules.finish is {condition or false, list of all challenges that
-- are not optional}, packed.
-- Defines  skips, done, locked, began, finish

-- skips are the challenges that are skipped for all, nil until somebody asks.
local skips

local function skips_of_all()
  if not skips then
    skips = {}
    local all = meta.skips > 0 and call('HKEYS', base .. 'skips') or {}
    for i = 1, #all do skips[all[i]] = true end
  end
  return skips
end

local function skipped_own(e, id) return more(e).skips > 0 and field(e, 'k:' .. id) and true end

local function skipped(e, id) return (meta.skips > 0 and skips_of_all()[id]) or skipped_own(e, id) end

-- done reports whether a challenge counts as solved for unlocking, routes and
-- finishing.
local function done(e, id) return solved(e, id) or skipped(e, id) end

-- began is the hunt time from which on time runs for an entrant.
local function began(e)
  if meta.limit ~= 0 then return more(e).clock end
  return meta.opened
end

-- count_done is how many challenges that a condition is about are done. of is a
-- list, or false for all.
local function count_done(e, of)
  local n = 0
  if of then
    for i = 1, #of do
      if done(e, of[i]) then n = n + 1 end
    end
    return n
  end
  n = e.solves
  local all = meta.skips > 0 and skips_of_all() or {}
  for id in pairs(all) do
    if not solved(e, id) then n = n + 1 end
  end
  if more(e).skips == 0 then return n end
  all_fields(e)
  local own = {} -- solved may add to the fields that are looked through
  for name, value in pairs(e.f) do
    if value and string.sub(name, 1, 2) == 'k:' then own[#own + 1] = string.sub(name, 3) end
  end
  for i = 1, #own do
    if not all[own[i]] and not solved(e, own[i]) then n = n + 1 end
  end
  return n
end

local function enough(e, list, need)
  for i = 1, list and #list or 0 do
    if done(e, list[i]) then need = need - 1 end
  end
  return need <= 0
end

-- unmet lists the parts of a packed condition that do not hold, and how long the
-- last part makes the entrant wait, in hunt time; nil when all hold.
local function unmet(e, packed)
  local solves, of, list, need, points, firsts, streak, after = unpacked(packed)
  local parts = {}
  local since = began(e)
  if solves ~= 0 and count_done(e, of) < solves then parts[#parts + 1] = 'solves' end
  if list and not enough(e, list, need) then parts[#parts + 1] = 'challenges' end
  if points ~= 0 and e.total < points then parts[#parts + 1] = 'points' end
  if firsts ~= 0 and e.firsts < firsts then parts[#parts + 1] = 'firsts' end
  if streak ~= 0 and e.streak < streak then parts[#parts + 1] = 'streak' end
  if after ~= 0 and (since == 0 or hunt_time() < since + after) then parts[#parts + 1] = 'after' end
  if #parts == 0 then return nil end
  return parts, since + after
end

-- route lists the stops of the entrant with that number.
local function route(number)
  local by, stops, id = unpacked(rules.routes)
  local n = #stops
  if n == 0 then return stops end
  if by == 'rotate' then
    local list, from = {}, math.fmod(number, n)
    for i = 1, n do list[i] = stops[math.fmod(from + i - 1, n) + 1] end
    return list
  end
  local keyed = {}
  for i = 1, n do
    local key = redis.sha1hex(string.format('%s|%.0f|%s', id, number, stops[i]))
    keyed[i] = { key = string.sub(key, 1, 8), place = i, id = stops[i] }
  end
  table.sort(keyed, function(a, b) return a.key < b.key or (a.key == b.key and a.place < b.place) end)
  for i = 1, n do keyed[i] = keyed[i].id end
  return keyed
end

-- stop is the challenge of the entrant's route that is unlocked, nil at the end.
local function stop(e)
  local stops = route(more(e).number)
  for i = 1, #stops do
    if not done(e, stops[i]) then return stops[i] end
  end
  return nil
end

-- locked returns nil, or why the challenge is locked: requires, or unmet and from.
local function locked(e, id, c)
  local requires
  if c.stop and not done(e, id) then
    local now_at = stop(e)
    if now_at and now_at ~= id then return { requires = { now_at } } end
  end
  for i = 1, #c.requires do
    if not done(e, c.requires[i]) then
      requires = requires or {}
      requires[#requires + 1] = c.requires[i]
    end
  end
  local parts, at
  if c.unlock then parts, at = unmet(e, c.unlock) end
  if not requires and not parts then return nil end
  local why = { requires = requires, unmet = parts }
  if parts and #parts == 1 and (unpack(parts)) == 'after' then why.from = at + meta.shift end
  return why
end

-- finish adds the entry of an entrant that has finished, and reports whether it
-- has. player and id are packed.
local function finish(e, player, id, by)
  if not rules or not rules.finish or more(e).finished_seq ~= 0 then return false end
  local condition, all = unpacked(rules.finish)
  if condition then
    if unmet(e, condition) then return false end
  else
    if e.solves + meta.skips + more(e).skips < #all then return false end
    for i = 1, #all do
      if not done(e, all[i]) then return false end
    end
  end
  local seq = add(ENTRY_FINISHED, by, '', e.short .. player .. pack('', 0, 0) .. id .. pack(0, ''))
  alter_more(e, 'finished_seq', seq)
  alter_more(e, 'finished_after', now - origin)
  return true
end
