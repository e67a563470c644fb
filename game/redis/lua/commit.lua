-- commit.lua: decides a batch of commands and writes what came of it.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  packed values (state.lua)
-- Returns  packed values, one after the other:
--   'ok', now, epoch, origin of times (0: the epoch), seq, revision, number of
--         entries, the entries, number of persons, the persons (ledger.lua),
--         number of replies, the replies
--   'rules', revision, digest of its source: the batch needs these rules;
--         nothing was done, send them along
--   'unknown': there is no such hunt and the batch defines none
--   'turn': another commit came after the one that follows names; nothing was done
--   'format', number: another version keeps the hunt in another form (state.lua)
-- The reply to an award of this call is true, seq of its entry, and the number
-- of badges whose entries follow that one. Any other reply is outcome code why
-- replay right revoked seq at points bonus total badges left retry_after
-- requires rev entrant count penalty practice unmet from finished ends; nil is
-- zero.
--
-- Redis does not undo what a script wrote before it failed. So everything is
-- decided first, in memory, and whatever can fail fails there. Then the ledger
-- is appended first: the ids of its entries refuse a second history.
--
-- Before a server runs a script with a shebang line and no flags, it checks that
-- it may write. A replica, or a server that is out of memory, has a broken disk
-- or too few replicas, refuses the whole script. Without that line the script
-- would fail at its first write or, worse, in the middle.

-- needs_rules reports whether the batch could need the rules in force and they
-- are not here.
local function needs_rules()
  if meta.rev == 0 or (rules and rules.digest == meta.source) then return false end
  if scheduled and meta.places == 1 and closes_now() then return true end
  for i = 1, foreign and 0 or #judged_by do
    if judged_by[i] == meta.rev then return true end
  end
  for i = 1, #batch do -- a start that comes again says when the time ends
    if type(batch[i]) == 'table' and batch[i].type == 'start' then return true end
  end
  return false
end

-- The commands that are not claims: made when they are needed, since making
-- functions is most of what a small batch costs.
local enters, organize, review, restore
local ENTERS = { join = true, start = true, hint = true, define = true }
local ORGANIZES = {
  adjust = true, revoke = true, grant = true, phase = true, announce = true, ban = true, hide = true, rename = true,
  divide = true, move = true, extend = true, skip = true, delete = true,
}

-- look_finished is a command advance that names an entrant.
local function look_finished(cmd)
  local e = meta.rev > 0 and meta.deleted == 0 and cmd.entrant and cmd.entrant ~= '' and entrant(cmd.entrant, cmd.short)
  if not e then return { outcome = 'done' } end
  if stale(cmd.rev) then return STALE end
  return { outcome = 'done', finished = finish(e, NOTHING, NOTHING, '') }
end

local function decide_other(cmd)
  local word = cmd.type
  if ENTERS[word] then
    enters = enters or entering()
    return enters[word](cmd)
  end
  if word == 'restore' then
    restore = restore or restoring()
    return restore(cmd)
  end
  if word ~= 'review' and not ORGANIZES[word] then return refuse('bad_request') end
  if not organize then organize, review = organizing() end
  return word == 'review' and review(cmd) or organize(cmd)
end

local function decide(cmd)
  local gone = meta.rev == 0 or meta.deleted ~= 0
  if type(cmd) == 'string' then
    if gone then return refuse('unknown_hunt') end
    return claim(unpacked(cmd))
  end
  local word = cmd.type
  if word == 'advance' then return look_finished(cmd) end
  if gone and word ~= 'define' then
    local lives = meta.rev > 0 and (word == 'delete' or word == 'restore' or word == 'unknown' or cmd.rev == false)
    if not lives then return refuse('unknown_hunt') end
  end
  return decide_other(cmd)
end

local function write_tries(e)
  for id in pairs(e.retried) do call('HSET', base .. 't:' .. e.id, id, attempts_packed(e.t[id])) end
end

local function write_events(e)
  for challenge, ids in pairs(e.v) do
    for id, n in pairs(ids) do call('HSET', base .. 'v:' .. e.id .. ':' .. challenge, id, n) end
  end
end

-- write_state writes s and the fields that changed. No field changes without s.
local function write_state(e)
  local key, put, f = base .. 'e:' .. e.id, e.put, e.f
  if f[put] then -- an award, mostly
    call('HSET', key, 's', state_packed(e), put, f[put])
    return
  end
  local list = { key, 's', state_packed(e) }
  if type(put) == 'string' then put = { put } end
  for i = 1, put and #put or 0 do
    if f[put[i]] then
      list[#list + 1] = put[i]
      list[#list + 1] = f[put[i]]
    else
      call('HDEL', key, put[i])
    end
  end
  call('HSET', unpack(list))
end

-- write_entrant adds what its place on the boards needs to put and cut, which are by
-- key.
local function write_entrant(e, put, cut)
  if e.mark >= MARK_SAVED then write_state(e) end
  if e.retried then write_tries(e) end
  if e.v then write_events(e) end
  if e.mark < MARK_RANKED then return end
  local score = string.format('%.0f', board_score(e))
  local on = e.out == 0 and put.board or put.out
  on[#on + 1], on[#on + 2] = score, e.id
  local division = meta.divided == 1 and more(e).division or ''
  if division ~= '' then
    local key = 'div:' .. division
    if e.out == 0 then
      if not put[key] then
        put[key] = {}
        call('SADD', base .. 'divisions', division)
      end
      table.insert(put[key], score)
      table.insert(put[key], e.id)
    else
      cut[#cut + 1] = { key, e.id }
    end
  end
  for i = 1, e.left and #e.left or 0 do
    if e.left[i] ~= division then cut[#cut + 1] = { 'div:' .. e.left[i], e.id } end
  end
  if e.turned then cut[#cut + 1] = { e.out == 0 and 'out' or 'board', e.id } end
end

local function write_boards(put, cut)
  for i = 1, #cut do call('ZREM', base .. cut[i][1], cut[i][2]) end
  for key, list in pairs(put) do
    if #list > 0 then call('ZADD', base .. key, unpack(list)) end
  end
end

-- write_map sets what has a value and deletes what is false.
local function write_map(key, map)
  local put, cut = { key }, { key }
  for name, value in pairs(map) do
    if value then
      put[#put + 1] = name
      put[#put + 1] = value
    else
      cut[#cut + 1] = name
    end
  end
  if #put > 1 then call('HSET', unpack(put)) end
  if #cut > 1 then call('HDEL', unpack(cut)) end
end

-- write_given keeps wrong answers, as many different ones of a challenge as there is
-- room for.
local function write_given()
  for i = 1, #given do
    local challenge, digest, text, id = unpack(given[i])
    local said = base .. 'said:' .. challenge
    if call('HEXISTS', said, digest) == 1 or call('HLEN', said) < MAX_GIVEN then
      if call('HSETNX', said, digest, text) == 1 then call('SADD', base .. 'answered', challenge) end
      call('HSETNX', base .. 'gave:' .. challenge, digest .. id, '')
    end
  end
end

local function write_frozen()
  if frost.new or frost.thawed then call('DEL', base .. 'frozen', base .. 'frozen_tally') end
  if meta.frozen == 0 then return end
  for id, row in pairs(frost.kept) do
    if row then call('HSET', base .. 'frozen', id, row) end
  end
  if frost.tally then write_map(base .. 'frozen_tally', frost.tally) end
end

local function write_joined()
  local put = { base .. 'who' }
  for id, e in pairs(new_who) do
    local w = e.who
    put[#put + 1] = id
    put[#put + 1] = pack(w.name, w.looks, w.invite, w.players, w.names)
  end
  if #put > 1 then call('HSET', unpack(put)) end
  local member = {}
  for player in pairs(moved) do
    local id = players[player]
    member[player] = id and (id == player and '' or id)
  end
  write_map(base .. 'players', member)
  local alike = {}
  for looks, n in pairs(names) do alike[looks] = n > 0 and n end
  write_map(base .. 'names', alike)
end

-- write_ledger appends the entries. Redis refuses the id of the first one if the
-- ledger goes on differently, and numbers the others by itself, which is cheaper.
local function write_ledger()
  local stream, id = base .. 'ledger', string.format('%s-%d', meta.epoch, meta.seq + 1)
  for i = 1, #entries do
    call('XADD', stream, id, 'e', entries[i])
    id = meta.epoch .. '-*'
  end
end

local function write()
  write_ledger()
  local put, cut = { board = {}, out = {} }, {}
  for key in pairs(dropped_events) do call('UNLINK', key) end
  for _, e in pairs(entrants) do
    if e.mark > 0 then write_entrant(e, put, cut) end
  end
  write_boards(put, cut)
  local counts = { base .. 'tally' }
  for id, t in pairs(tallies) do
    if t.changed then
      counts[#counts + 1] = id
      counts[#counts + 1] = pack(t.solves, t.given)
    end
  end
  if #counts > 1 then call('HSET', unpack(counts)) end
  write_joined()
  write_map(base .. 'waiting', waiting)
  write_map(base .. 'placed', placed)
  if #given > 0 then write_given() end
  write_map(base .. 'skips', new_skips)
  write_map(base .. 'cmds', commands)
  for lost in pairs(put_back) do call('SADD', base .. 'restored', lost) end
  write_frozen()
  if new_sources then write_map(base .. 'def', new_sources) end
  if #entries == 0 then return end
  if meta.epochs then call('HSET', KEYS[1], 'epochs', meta.epochs) end
  if meta_changed then
    call('HSET', KEYS[1], 'format', META_FORMAT, 'epoch', meta.epoch, 'seq', head, 'at', now, 'nonce', nonce, 'state', meta_packed())
  else
    call('HSET', KEYS[1], 'seq', head, 'at', now, 'nonce', nonce)
  end
  -- The bell is a hint: with pcall, a user that may not publish does not make a
  -- commit fail that is already written.
  redis.pcall('PUBLISH', bell, string.format('%s %d', hunt, head))
end

local function reply_packed(r)
  if type(r) == 'string' then return r end
  return pack(
    r.outcome, r.code, r.why, r.replay, r.right, r.revoked, r.seq, r.at, r.points, r.bonus, r.total, r.badges,
    r.left, r.retry_after, r.requires, r.rev, r.entrant, r.count, r.penalty, r.practice, r.unmet, r.from, r.finished, r.ends)
end

if not meta.epoch and #definitions == 0 then return pack('unknown') end
if follows and follows ~= meta.nonce then return pack('turn') end
recover()
if needs_rules() then return pack('rules', meta.rev, meta.source) end
-- Rules of another revision must not decide anything, not even at closing.
if rules and rules.digest ~= meta.source then rules = nil end
if scheduled then advance() end
local replies = {}
for i = 1, #batch do replies[i] = reply_packed(decide(batch[i])) end
write()
return pack('ok', now, meta.epoch, meta.origin or 0, head, meta.rev, #entries) .. table.concat(entries)
  .. pack(#persons) .. table.concat(persons) .. pack(#replies) .. table.concat(replies)
