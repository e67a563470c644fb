-- badges.lua: which badges an entrant has earned. rules.State.badges in Lua.
--
-- Needs    keys.lua, entrant.lua, state.lua, ledger.lua
-- Defines  NOTHING, badges, place_badges

local NOTHING = pack('')
local badge_list

local function badge_rules()
  if not badge_list then badge_list = rules and rules[2] and unpacked(rules[2]) or {} end
  return badge_list
end

local function has_badge(e, id) return e.badges > 0 and field(e, 'b:' .. id) and true end

-- give adds the badge unless its points would pass the bound. player and id are
-- packed.
local function give(e, b, player, at_challenge, id, by, reason)
  if not in_bounds(e.total + b[2]) then return false end
  changing(e)
  e.total, e.badges = e.total + b[2], e.badges + 1
  local seq = add(3, by, reason, e.short .. player .. pack(b[1], at_challenge, b[2], e.total) .. id)
  set(e, 'b:' .. b[1], pack(seq, now - origin, b[2]))
  return true
end

-- solved_of tells whether need challenges of the list b[at], names of fields,
-- are solved. It begins with the last, which in most hunts is solved last: one
-- look then tells that a badge for all of them is not earned yet.
local function solved_of(e, b, at, need)
  local list = b[at]
  if type(list) == 'string' then
    list = unpacked(list)
    b[at] = list
  end
  local spare = #list - need
  for i = #list, 1, -1 do
    if need <= 0 or spare < 0 then break end
    if holds(e, list[i]) then need = need - 1 else spare = spare - 1 end
  end
  return need <= 0
end

-- earns is rules.State.earns with what is cheap first. place is the rank at
-- closing, else 0.
local function earns(e, b, place)
  if b[3] or e.solves < b[13]
    or (b[4] ~= 0 and (place == 0 or place > b[4]))
    or (b[5] ~= 0 and e.total < b[5])
    or (b[6] ~= 0 and e.firsts < b[6])
    or (b[7] ~= 0 and e.streak < b[7])
    or (b[8] ~= 0 and now - (e.joined + origin) > b[8])
    or has_badge(e, b[1]) then
    return false
  end
  if b[10] and not solved_of(e, b, 10, b[9]) then return false end
  return not b[11] or solved_of(e, b, 11, b[12])
end

-- badges gives what the entrant has earned, again until a pass gives none. It
-- returns their ids in order, or nil.
local function badges(e, player, at_challenge, id, by, reason)
  local list, given = badge_rules(), nil
  local again = #list > 0
  while again do
    again = false
    for i = 1, #list do
      local b = list[i]
      if b[4] == 0 and earns(e, b, 0) and give(e, b, player, at_challenge, id, by, reason) then
        given = given or {}
        given[#given + 1] = b[1]
        again = true
      end
    end
  end
  return given
end

-- ranked returns the first n entrants of the board as it is in this call.
local function ranked(n)
  local list, dirty = {}, 0
  for _, e in pairs(entrants) do
    if e.mark == RANKED then
      dirty = dirty + 1
      if e.banned == 0 then list[#list + 1] = { e.id, board_score(e) } end
    end
  end
  local top = call('ZREVRANGE', base .. 'board', 0, n + dirty - 1, 'WITHSCORES')
  for i = 1, #top, 2 do
    local e = entrants[top[i]]
    if not (e and e.mark == RANKED) then list[#list + 1] = { top[i], tonumber(top[i + 1]) } end
  end
  table.sort(list, function(a, b) return a[2] > b[2] end)
  return list
end

-- place_badges gives the badges for places, and the ordinary ones they bring.
local function place_badges()
  local list, most = badge_rules(), 0
  for i = 1, #list do most = math.max(most, list[i][4]) end
  if most == 0 then return end
  local top = ranked(most)
  for place = 1, math.min(most, #top) do
    local e = entrant(top[place][1])
    if top[place][2] < 2147483648 then return end -- no points
    local gave = false
    for i = 1, #list do
      local b = list[i]
      if b[4] ~= 0 and earns(e, b, place) and give(e, b, NOTHING, '', NOTHING, '', '') then gave = true end
    end
    if gave then badges(e, NOTHING, '', NOTHING, '', '') end
  end
end
