-- commit.lua: decides a batch of commands and writes what came of it.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  packed values (state.lua)
-- Returns  packed values, one after the other:
--   'ok', now, epoch, origin of times (0: the epoch), seq, revision, number of
--         entries, the entries (ledger.lua), number of replies, the replies
--   'rules', revision, digest of its source: the batch needs these rules;
--         nothing was done, send them along
--   'unknown': there is no such hunt and the batch defines none
--   'turn': another commit came after the one that follows names; nothing was done
-- The reply to an award of this call is true, seq of its entry, and the number
-- of badges whose entries follow that one. Any other reply is outcome code why
-- replay right revoked seq at points bonus total badges left retry_after
-- requires rev entrant count; nil is zero.
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
  return false
end

local function decide(cmd)
  if type(cmd) == 'string' then
    if meta.rev == 0 then return refuse('unknown_hunt') end
    return claim(unpacked(cmd))
  end
  local word = cmd.type
  if word == 'define' then return define(cmd) end
  if word == 'advance' then return { outcome = 'done' } end
  if meta.rev == 0 then return refuse('unknown_hunt') end
  if word == 'join' then return join(cmd) end
  if word == 'hint' then return hint(cmd) end
  if word == 'review' then return review(cmd) end
  if word == 'restore' then return restore(cmd) end
  if word == 'unknown' then return refuse('bad_request') end
  return organize(cmd)
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
  local key, put, f = entrant_key .. e.id, e.put, e.f
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

local function write_entrant(e, board, gone)
  if e.mark >= SAVED then write_state(e) end
  if e.retried then write_tries(e) end
  if e.v then write_events(e) end
  if e.mark < RANKED then return end
  if e.banned == 0 then
    board[#board + 1] = string.format('%.0f', board_score(e))
    board[#board + 1] = e.id
  else
    gone[#gone + 1] = e.id
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

local function write_frozen()
  if new_freeze or thawed then call('DEL', base .. 'frozen', base .. 'frozen_tally') end
  if meta.frozen == 0 then return end
  for id, row in pairs(kept) do
    if row then call('HSET', base .. 'frozen', id, row) end
  end
  if frozen_tally then write_map(base .. 'frozen_tally', frozen_tally) end
end

local function write_joined()
  local put, member = { base .. 'who' }, { base .. 'players' }
  for id, e in pairs(new_who) do
    put[#put + 1] = id
    put[#put + 1] = pack(e.who.name, e.who.invite, e.who.players)
  end
  if #put == 1 then return end
  call('HSET', unpack(put))
  for player, id in pairs(players) do
    if id and new_who[id] then
      member[#member + 1] = player
      member[#member + 1] = id == player and '' or id
    end
  end
  call('HSET', unpack(member))
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
  local board, gone = { base .. 'board' }, { base .. 'board' }
  for key in pairs(dropped_events) do call('UNLINK', key) end
  for _, e in pairs(entrants) do
    if e.mark > 0 then write_entrant(e, board, gone) end
  end
  if #board > 1 then call('ZADD', unpack(board)) end
  if #gone > 1 then call('ZREM', unpack(gone)) end
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
  write_map(base .. 'cmds', commands)
  for lost in pairs(put_back) do call('SADD', base .. 'restored', lost) end
  write_frozen()
  if new_sources then write_map(base .. 'def', new_sources) end
  if #entries == 0 then return end
  if meta.epochs then call('HSET', KEYS[1], 'epochs', meta.epochs) end
  if meta_changed then
    call('HSET', KEYS[1], 'epoch', meta.epoch, 'seq', head, 'at', now, 'nonce', nonce, 'state', meta_packed())
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
    r.left, r.retry_after, r.requires, r.rev, r.entrant, r.count)
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
  .. pack(#replies) .. table.concat(replies)
