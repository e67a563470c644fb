-- commit.lua: decides a batch of commands and keeps what came of it.
--
-- KEYS[1]  PREFIX:{HUNT}:meta (keys.lua)
-- ARGV[1]  packed values (state.lua)
-- Returns  packed values, one after the other:
--   'ok', now, epoch, origin of times (0: the epoch), seq, revision, number of replies, the replies, number of
--         entries, the entries (ledger.lua)
--   'rules', revision, digest of its source   the batch needs these rules;
--                       nothing was done, send them along
--   'unknown'           there is no such hunt and the batch defines none
--   'turn'              another commit came after the one that args[9] names; nothing was done
-- A reply is, for an award without badges: true replay seq at points bonus total
--   and else: outcome code detail replay right revoked seq at points bonus
--   total badges left retry_after requires rev entrant count; nil is zero.
--
-- Redis does not undo what a script wrote before it failed. So everything is
-- decided first, in memory, and whatever can fail fails there. Then the ledger
-- is appended first: the ids of its entries refuse a second history.
--
-- The server checks before it runs a script with a shebang line and no flags
-- that it may write: a replica, a server out of memory, with a broken disk or
-- too few replicas refuses it whole. Without that line it would fail at its
-- first write or, worse, in the middle.

local batch = args[6]

-- needs_rules tells whether the batch could need the rules in force and they
-- are not here.
local function needs_rules()
  if meta.rev == 0 or (rules and rules[1] == meta.source) then return false end
  if scheduled and meta.places == 1 and meta.phase ~= 'closed' and meta.closes ~= 0 and meta.closes <= hunt_time() then
    return true
  end
  for i = 1, #batch do
    if batch[i][1] ~= 'define' and batch[i][3] == meta.rev then return true end
  end
  return false
end

local function decide(cmd)
  local word = cmd[1]
  if word == 'define' then return define(cmd) end
  if word == 'advance' then return { outcome = 'done' } end
  if meta.rev == 0 then return refused('unknown_hunt') end
  if word == 'claim' then return claim(cmd) end
  if word == 'event' then return event(cmd) end
  if word == 'join' then return join(cmd) end
  if word == 'hint' then return hint(cmd) end
  if word == 'review' then return review(cmd) end
  if word == 'restore' then return restore(cmd) end
  if word == 'unknown' then return refused('bad_request') end
  return organize(cmd)
end

local function write_tries(e)
  for id in pairs(e.retried or {}) do call('HSET', base .. 't:' .. e.id, id, attempts_packed(e.t[id])) end
  for challenge, ids in pairs(e.v or {}) do
    for id, n in pairs(ids) do call('HSET', base .. 'v:' .. e.id .. ':' .. challenge, id, n) end
  end
end

local function write_entrant(e, board, gone)
  if e.save then set(e, 's', state_packed(e)) end
  if #e.put > 1 then call('HSET', unpack(e.put)) end
  for i = 1, e.cut and #e.cut or 0 do
    if not e.f[e.cut[i]] then call('HDEL', e.key, e.cut[i]) end
  end
  if e.retried then write_tries(e) end
  if e.ranked and e.banned == 0 then
    board[#board + 1] = board_score(e)
    board[#board + 1] = e.id
  elseif e.ranked then
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
    put[#put + 1] = pack(e.who[1], e.who[2], e.who[3])
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

local function write()
  local stream = base .. 'ledger'
  for i = 1, #entries do
    call('XADD', stream, string.format('%s-%d', meta.epoch, meta.seq + i), 'e', entries[i])
  end
  local board, gone = { base .. 'board' }, { base .. 'board' }
  for key in pairs(dropped_events) do call('UNLINK', key) end
  for _, e in pairs(entrants) do
    if e.save or e.changed then write_entrant(e, board, gone) end
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
  if definition then write_map(base .. 'def', definition) end
  if #entries == 0 then return end
  if meta.epochs then call('HSET', KEYS[1], 'epochs', meta.epochs) end
  if meta_changed then
    call('HSET', KEYS[1], 'epoch', meta.epoch, 'seq', head, 'at', now, 'nonce', args[3], 'state', meta_packed())
  else
    call('HSET', KEYS[1], 'seq', head, 'at', now, 'nonce', args[3])
  end
  -- The bell is a hint. pcall, so that a user who may not publish does not
  -- fail a commit that is already written.
  redis.pcall('PUBLISH', args[2], string.format('%s %d', args[1], head))
end

local function reply_packed(r)
  if r.outcome == 'awarded' and not r.badges and not r.revoked then
    return pack(true, r.replay, r.seq, r.at, r.points, r.bonus, r.total)
  end
  return pack(
    r.outcome, r.code, r.detail, r.replay, r.right, r.revoked, r.seq, r.at, r.points, r.bonus, r.total, r.badges,
    r.left, r.retry_after, r.requires, r.rev, r.entrant, r.count)
end

if not meta.epoch and #args[7] == 0 then return pack('unknown') end
if args[9] and args[9] ~= meta.nonce then return pack('turn') end
recover()
if needs_rules() then return pack('rules', meta.rev, meta.source) end
-- Rules of another revision must not decide anything, not even at closing.
if rules and rules[1] ~= meta.source then rules = nil end
if scheduled then advance() end
local replies = {}
for i = 1, #batch do replies[i] = reply_packed(decide(batch[i])) end
write()
return pack('ok', now, meta.epoch, meta.origin or 0, head, meta.rev, #replies)
  .. table.concat(replies) .. pack(#entries) .. table.concat(entries)
