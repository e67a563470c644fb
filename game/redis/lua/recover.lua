-- recover.lua: a history that was lost, and what nodes remember of it.
-- rules.State.Recover and putBack in Lua.
--
-- Needs    all before but commit.lua
-- args[8]  false, or what the node knows: {epoch, seq, nonce or '', whether it
--          saw a fork}
-- Command (array): {'restore', id, false, entrant, packed entrant, player,
--   challenge, type number, badge or hint, points, bonus, by, reason, origin,
--   content as of the organizer's command}
-- Defines  recover, scheduled, restore, put_back

local known = args[8]

-- scheduled tells whether the schedule may move the hunt in this call.
local scheduled = meta.rev > 0

-- put_back has the origins of what was put back in this call.
local put_back = {}

-- lost tells whether what the node knows is not in the ledger any more, and
-- which words say so.
local function lost()
  local theirs, ours = tonumber(known[1]), tonumber(meta.epoch) or 0
  if not meta.epoch or theirs > ours or (theirs == ours and known[2] > meta.seq) then return 'seq' end
  if theirs < ours then return nil end
  if known[4] or (known[2] == meta.seq and known[3] ~= '' and known[3] ~= meta.nonce) then return 'another seq' end
  return nil
end

local function begin_epoch(words)
  local rest, ours = 'nothing', tonumber(meta.epoch) or 0
  local start = math.max(now, tonumber(known[1]) + 1, ours + 1)
  if meta.epoch then
    rest = string.format('seq %.0f of epoch %s', meta.seq, meta.epoch)
    if (meta.origin or 0) == 0 then alter('origin', origin) end
    meta.epochs = (call('HGET', KEYS[1], 'epochs') or pack(origin, 1)) .. pack(start, meta.seq + 1)
  else
    origin = start
  end
  alter('epoch', string.format('%.0f', start))
  add(11, '', '', pack(string.format('after %s; a node knew of %s %.0f of epoch %s', rest, words, known[2], known[1])))
end

local function recover()
  local restoring = #args[6] > 0
  for i = 1, #args[6] do
    local cmd = args[6][i]
    if type(cmd) == 'string' or cmd[3] ~= false then restoring = false end
  end
  if restoring then scheduled = false end
  if not known then return end
  local words = lost()
  if words then begin_epoch(words) end
  if known[1] == meta.epoch then return end
  -- What the commands were judged by is of another history.
  scheduled, foreign = false, true
end

local function listed(list, id)
  for i = 1, list and #list or 0 do
    if list[i] == id then return true end
  end
  return false
end

-- stood_badge tells whether the badge is held, or came with an award or a
-- command that is there.
local function stood_badge(cmd, e, raw, done)
  if has_badge(e, cmd[9]) then return true end
  if raw and string.byte(raw) >= 4 then
    local _, id = unpacked(raw)
    if id == cmd[2] and listed(unpacked(field(e, 'g:' .. cmd[7])), cmd[9]) then return true end
  end
  if not done then return false end
  local content, _, _, _, _, _, earned = unpacked(done)
  return content == cmd[15] or listed(earned, cmd[9])
end

-- stood is rules.State.stood.
local function stood(cmd, e)
  local id, kind = cmd[2], cmd[8]
  if kind == 4 then return field(e, 'h:' .. cmd[7] .. '/' .. cmd[9]) end
  local raw = field(e, 'a:' .. cmd[7])
  local organized = cmd[12] ~= '' and cmd[6] == '' and id ~= ''
  local done = organized and (commands[id] or call('HGET', base .. 'cmds', id))
  if kind == 3 then return stood_badge(cmd, e, raw, done) end
  if organized then return done or (raw and string.byte(raw) % 4 < 2) end
  return raw
end

-- give_back adds a badge to the entrant and to the award that it came with.
local function give_back(cmd, e)
  e.total, e.badges = e.total + cmd[10], e.badges + 1
  local seq = add(3 + 32, cmd[12], cmd[13], e.short .. pack(cmd[6], cmd[9], cmd[7], cmd[10], e.total, cmd[2]))
  set(e, 'b:' .. cmd[9], pack(seq, now - origin, cmd[10]))
  local raw = cmd[7] ~= '' and field(e, 'a:' .. cmd[7])
  if not raw then return seq end
  local flags, id, player, award_seq, after, points, bonus = unpacked(raw)
  if id ~= cmd[2] then return seq end
  local earned = {}
  if flags >= 4 then earned = unpacked(field(e, 'g:' .. cmd[7])) else flags = flags + 4 end
  earned[#earned + 1] = cmd[9]
  set(e, 'a:' .. cmd[7], pack(flags, id, player, award_seq, after, points, bonus, e.total))
  set(e, 'g:' .. cmd[7], pack(earned))
  return seq
end

-- remember is rules.State.remember for what is put back.
local function remember(cmd, seq, total)
  local id = cmd[2]
  if cmd[12] == '' or cmd[12] == 'schedule' or id == '' or cmd[6] ~= '' then return end
  local done = commands[id] or call('HGET', base .. 'cmds', id)
  if not done then
    commands[id] = pack(cmd[15], seq, now, cmd[10], cmd[11], total, false)
    return
  end
  local content, first, at, points, bonus, _, earned = unpacked(done)
  earned = earned or {}
  earned[#earned + 1] = cmd[9]
  commands[id] = pack(content, first, at, points, bonus, total, earned)
end

local function restore(cmd)
  local e = entrant(cmd[4], cmd[5])
  if not e then return refused('unknown_entrant') end
  local kind, points, origin_of = cmd[8], cmd[10], cmd[14]
  if put_back[origin_of] or call('SISMEMBER', base .. 'restored', origin_of) == 1 or stood(cmd, e) then
    local raw = kind == 2 and field(e, 'a:' .. cmd[7])
    local r = raw and before(cmd[2], false, raw, e, cmd[7]) or {}
    r.outcome, r.replay, r.right, r.badges = 'done', true, false, nil
    return r
  end
  if e.banned == 1 then return refused('forbidden', 'banned') end
  if not in_bounds(e.total + points) then return refused('conflict', 'bound') end
  local seq
  changing(e)
  if kind == 2 then
    seq = give_award(e, cmd[7], pack(cmd[6]), pack(cmd[2]), cmd[12], cmd[13], points, cmd[11], 32)
  elseif kind == 3 then
    seq = give_back(cmd, e)
  else
    e.total = e.total + points
    seq = add(4 + 32, cmd[12], cmd[13], e.short .. pack(cmd[6], cmd[7], cmd[9], points, e.total, cmd[2]))
    set(e, 'h:' .. cmd[7] .. '/' .. cmd[9], pack(cmd[2], seq, now - origin, 0 - points, e.total))
  end
  entries[#entries] = entries[#entries] .. pack(origin_of)
  put_back[origin_of] = true
  remember(cmd, seq, e.total)
  return { outcome = 'done', seq = seq, at = now, points = points, bonus = cmd[11], total = e.total }
end
