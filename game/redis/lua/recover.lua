-- recover.lua: a history that was lost. rules.State.Recover in Lua.
--
-- Needs    all before
-- remembered (state.lua) is {epoch, seq, nonce or '', forked: whether the node saw a fork}.
-- Defines  recover, scheduled

-- scheduled is whether the schedule may move the hunt in this call.
local scheduled = meta.rev > 0

-- lost returns nil while the ledger has what the node remembers, and else the
-- words for what it has not.
local function lost()
  local theirs, ours = tonumber(remembered.epoch), tonumber(meta.epoch) or 0
  if not meta.epoch or theirs > ours or (theirs == ours and remembered.seq > meta.seq) then return 'seq' end
  if theirs < ours then return nil end
  local other = remembered.seq == meta.seq and remembered.nonce ~= '' and remembered.nonce ~= meta.nonce
  if remembered.forked or other then return 'another seq' end
  return nil
end

local function begin_epoch(words)
  local rest, ours = 'nothing', tonumber(meta.epoch) or 0
  local first = math.max(now, tonumber(remembered.epoch) + 1, ours + 1)
  if meta.epoch then
    rest = string.format('seq %.0f of epoch %s', meta.seq, meta.epoch)
    if (meta.origin or 0) == 0 then alter('origin', origin) end
    meta.epochs = (call('HGET', KEYS[1], 'epochs') or pack(origin, 1)) .. pack(first, meta.seq + 1)
  else
    origin = first
  end
  alter('epoch', string.format('%.0f', first))
  local theirs = string.format('%s %.0f of epoch %s', words, remembered.seq, remembered.epoch)
  add(ENTRY_RECOVERED, '', '', pack(string.format('after %s; a node knew of %s', rest, theirs)))
end

local function recover()
  local restoring = #batch > 0
  for i = 1, #batch do
    local cmd = batch[i]
    if type(cmd) == 'string' or cmd.rev ~= false then restoring = false end
  end
  if restoring then scheduled = false end
  if not remembered then return end
  local words = lost()
  if words then begin_epoch(words) end
  if remembered.epoch == meta.epoch then return end
  -- What the commands were judged by is of another history.
  scheduled, foreign = false, true
end
