-- badges.lua: which badges an entrant has earned. rules/badges.go in Lua.
--
-- Needs    keys.lua, entrant.lua, state.lua, ledger.lua
-- Defines  NOTHING, own_tie, badge_list, badge_rules, has_badge, placed, badges, places, take_places

local NOTHING = pack('')

-- own_tie is the tie that an entry with this seq shows.
local function own_tie(tie, seq) return tie == seq and 0 or tie end

local badge_list

-- named_badge names what Go packs of a badge (compile.go). of and challenges
-- are packed lists of fields a:CH, or false. An entrant needs solves of the
-- first list and need of the second; least is how many challenges it has to
-- have solved in any case.
local function named_badge(id, points, manual, place, total, firsts, streak, within, solves, of, challenges, need,
    least, division)
  return {
    id = id, points = points, manual = manual, place = place, total = total, firsts = firsts, streak = streak,
    within = within, solves = solves, of = of, challenges = challenges, need = need, least = least, division = division,
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

-- Badges held for a place that changed in this call: packed, or false.
local placed = {}

local function hold_place(e, badge, seq) placed[e.id .. '/' .. badge] = seq and pack(seq, e.id, badge) or false end

local UNPLACED = pack(0)

-- give adds the badge unless its points would pass the bound. player and id are
-- packed; place is the rank that it is given for, or 0.
local function give(e, b, player, at_challenge, id, by, reason, place)
  if not in_bounds(e.total + b.points) then return false end
  changing(e)
  e.total, e.badges = e.total + b.points, e.badges + 1
  local at = place == 0 and UNPLACED or pack(place)
  local seq = add(ENTRY_BADGED, by, reason, e.short .. player .. pack(b.id, at_challenge, b.points, e.total) .. id .. at)
  set(e, 'b:' .. b.id, pack(seq, now - origin, b.points, place))
  if place ~= 0 then hold_place(e, b.id, seq) end
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
      if b.place == 0 and earns(e, b, 0) and give(e, b, player, at_challenge, id, by, reason, 0) then
        given = given or {}
        given[#given + 1] = b.id
        again = true
      end
    end
  end
  return given
end

-- ranked returns id and score of the first n entrants of a board, or of a few more,
-- as it is in this call. division is '' for the overall board.
local function ranked(n, division)
  local list, dirty = {}, 0
  for _, e in pairs(entrants) do
    if e.mark == MARK_RANKED then
      dirty = dirty + 1
      if e.out == 0 and (division == '' or more(e).division == division) then
        list[#list + 1] = { id = e.id, score = board_score(e) }
      end
    end
  end
  local key = base .. (division == '' and 'board' or 'div:' .. division)
  local top = call('ZREVRANGE', key, 0, n + dirty - 1, 'WITHSCORES')
  for i = 1, #top, 2 do
    local id, score = top[i], tonumber(top[i + 1])
    local e = entrants[id]
    if not (e and e.mark == MARK_RANKED) then list[#list + 1] = { id = id, score = score } end
  end
  table.sort(list, function(a, b) return a.score > b.score or (a.score == b.score and a.id > b.id) end)
  return list
end

-- boards lists the boards that badges for places go by, with the lowest place that
-- there is a badge for and, as it is before any is given, who is on them.
local function boards(list)
  local all, by = {}, {}
  for i = 1, #list do
    local b = list[i]
    if b.place ~= 0 then
      local one = by[b.division]
      if not one then
        one = { division = b.division, lowest = 0 }
        by[b.division], all[#all + 1] = one, one
      end
      one.lowest = math.max(one.lowest, b.place)
    end
  end
  for i = 1, #all do all[i].top = ranked(all[i].lowest, all[i].division) end
  return all
end

-- places gives the badges for places, and the ordinary ones that they bring.
local function places()
  local list, gave, order = badge_rules(), {}, {}
  local all = boards(list)
  for n = 1, #all do
    local one = all[n]
    for place = 1, math.min(one.lowest, #one.top) do
      if one.top[place].score < BOARD_POINT then break end -- no points
      local e = entrant(one.top[place].id)
      for i = 1, #list do
        local b = list[i]
        if b.place ~= 0 and b.division == one.division and earns(e, b, place)
          and give(e, b, NOTHING, '', NOTHING, '', '', place) and not gave[e.id] then
          gave[e.id], order[#order + 1] = true, e
        end
      end
    end
  end
  for i = 1, #order do badges(order[i], NOTHING, '', NOTHING, '', '') end
end

-- take_places takes the badges for places back.
local function take_places()
  local list, all = {}, call('HGETALL', base .. 'placed')
  for i = 1, #all, 2 do
    if placed[all[i]] == nil then placed[all[i]] = all[i + 1] end
  end
  for _, packed in pairs(placed) do
    if packed then
      local seq, id, badge = unpacked(packed)
      list[#list + 1] = { seq = seq, id = id, badge = badge }
    end
  end
  table.sort(list, function(a, b) return a.seq < b.seq end)
  for i = 1, #list do
    local one = list[i]
    local e = entrant(one.id)
    local _, _, points = unpacked(field(e, 'b:' .. one.badge))
    changing(e)
    e.total, e.badges = e.total - points, e.badges - 1
    unset(e, 'b:' .. one.badge)
    hold_place(e, one.badge, nil)
    add(ENTRY_REVOKED, '', '', e.short .. pack('', one.badge, 0 - points, e.total, '', e.tie))
  end
end
