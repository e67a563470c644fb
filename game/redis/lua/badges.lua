-- badges.lua: which badges an entrant has earned. rules/badges.go in Lua.
--
-- Needs    keys.lua, entrant.lua, state.lua, ledger.lua
-- Defines  NOTHING, badge_list, badge_rules, has_badge, badges, place_badges

local NOTHING = pack('')
local badge_list

-- named_badge names what Go packs of a badge (compile.go). of and challenges
-- are packed lists of fields a:CH, or false. An entrant needs solves of the
-- first list and need of the second; least is how many challenges it has to
-- have solved in any case.
local function named_badge(id, points, manual, place, total, firsts, streak, within, solves, of, challenges, need,
    least)
  return {
    id = id, points = points, manual = manual, place = place, total = total, firsts = firsts, streak = streak,
    within = within, solves = solves, of = of, challenges = challenges, need = need, least = least,
  }
end

local function badge_rules()
  local list = badge_list
  if not list then
    list = rules and rules.badges and unpacked(rules.badges) or {}
    for i = 1, #list do list[i] = named_badge(unpacked(list[i])) end
    badge_list = list
  end
  return list
end

local function has_badge(e, id) return e.badges > 0 and field(e, 'b:' .. id) and true end

-- give adds the badge unless its points would pass the bound. player and id are
-- packed.
local function give(e, b, player, at_challenge, id, by, reason)
  if not in_bounds(e.total + b.points) then return false end
  changing(e)
  e.total, e.badges = e.total + b.points, e.badges + 1
  local seq = add(ENTRY_BADGED, by, reason, e.short .. player .. pack(b.id, at_challenge, b.points, e.total) .. id)
  set(e, 'b:' .. b.id, pack(seq, now - origin, b.points))
  return true
end

-- solved_of reports whether need challenges of the list b[which], names of
-- fields, are solved. It begins with the last, which in most hunts is solved
-- last: one look then shows that a badge for all of them is not earned yet.
local function solved_of(e, b, which, need)
  local list = b[which]
  if type(list) == 'string' then
    list = unpacked(list)
    b[which] = list
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
  if b.manual or e.solves < b.least
    or (b.place ~= 0 and (place == 0 or place > b.place))
    or (b.total ~= 0 and e.total < b.total)
    or (b.firsts ~= 0 and e.firsts < b.firsts)
    or (b.streak ~= 0 and e.streak < b.streak)
    or (b.within ~= 0 and now - (e.joined + origin) > b.within)
    or has_badge(e, b.id) then
    return false
  end
  if b.of and not solved_of(e, b, 'of', b.solves) then return false end
  return not b.challenges or solved_of(e, b, 'challenges', b.need)
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
      if b.place == 0 and earns(e, b, 0) and give(e, b, player, at_challenge, id, by, reason) then
        given = given or {}
        given[#given + 1] = b.id
        again = true
      end
    end
  end
  return given
end

-- ranked returns id and score of the first n entrants of the board, or of a few
-- more, as it is in this call.
local function ranked(n)
  local list, dirty = {}, 0
  for _, e in pairs(entrants) do
    if e.mark == RANKED then
      dirty = dirty + 1
      if e.banned == 0 then list[#list + 1] = { id = e.id, score = board_score(e) } end
    end
  end
  local top = call('ZREVRANGE', base .. 'board', 0, n + dirty - 1, 'WITHSCORES')
  for i = 1, #top, 2 do
    local id, score = top[i], tonumber(top[i + 1])
    local e = entrants[id]
    if not (e and e.mark == RANKED) then list[#list + 1] = { id = id, score = score } end
  end
  table.sort(list, function(a, b) return a.score > b.score end)
  return list
end

-- place_badges gives the badges for places, and the ordinary ones they bring.
local function place_badges()
  local list, most = badge_rules(), 0
  for i = 1, #list do most = math.max(most, list[i].place) end
  if most == 0 then return end
  local top = ranked(most)
  for place = 1, math.min(most, #top) do
    local e = entrant(top[place].id)
    if top[place].score < BOARD_POINT then return end -- no points
    local gave = false
    for i = 1, #list do
      local b = list[i]
      if b.place ~= 0 and earns(e, b, place) and give(e, b, NOTHING, '', NOTHING, '', '') then gave = true end
    end
    if gave then badges(e, NOTHING, '', NOTHING, '', '') end
  end
end
