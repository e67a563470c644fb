-- schedule.lua: where the hunt is in its life, and what its own times do.
-- rules.Schedule in Lua.
--
-- Needs    all before
-- Defines  set_phase, resumed, closes_now, advance

-- resumed is shift after a hunt that is paused or closed opens now.
local function resumed() return meta.shift + now - (meta.paused ~= 0 and meta.paused or meta.closed) end

-- set_phase adds the entry of a phase or freeze and applies it. opens and closes
-- are what the schedule goes by from then on.
local function set_phase(phase, frozen, text, id, by, reason, opens, closes)
  local t, was = hunt_time(), meta.phase
  local seq = add(ENTRY_PHASED, by, reason, pack(phase, frozen == 1, text, id, opens, closes))
  if phase == 'open' and was == 'draft' then
    alter('opened', now)
  elseif phase == 'open' and (was == 'paused' or was == 'closed') then
    alter('shift', resumed())
    alter('paused', 0)
    alter('closed', 0)
  elseif phase == 'paused' and was == 'open' then
    alter('paused', now)
  elseif phase == 'closed' and was ~= 'closed' then
    alter('closed', now)
  end
  alter('phase', phase)
  alter('opens', opens)
  alter('closes', closes)
  if frozen ~= meta.frozen then
    alter('frozen', frozen)
    alter('freeze_changed', t)
    if frozen == 1 then freeze(seq) else reveal() end
  end
  return seq
end

-- due returns the phase and the freeze that the schedule gives a hunt which is
-- in these, with its last freeze or reveal at that hunt time; nil when nothing
-- is due at t.
local function due(phase, frozen, freeze_changed, t)
  local m = meta
  if m.deleted ~= 0 then return nil end
  if phase == 'draft' then
    if m.opens ~= 0 and m.opens <= t then return 'open', frozen end
    return nil
  end
  if phase ~= 'open' then return nil end
  if m.freeze ~= 0 and frozen == 0 and freeze_changed < m.freeze and (m.closes == 0 or m.freeze < m.closes)
    and m.freeze <= t then
    return 'open', 1
  end
  if m.closes ~= 0 and m.closes <= t then return 'closed', frozen end
  return nil
end

-- closes_now reports whether the schedule closes the hunt in this call.
local function closes_now()
  local t = hunt_time()
  local phase, frozen = due(meta.phase, meta.frozen, meta.freeze_changed, t)
  while phase and phase ~= 'closed' do
    phase, frozen = due(phase, frozen, meta.freeze_changed, t)
  end
  return phase == 'closed'
end

local function advance()
  local t = hunt_time()
  local phase, frozen = due(meta.phase, meta.frozen, meta.freeze_changed, t)
  while phase do
    set_phase(phase, frozen, '', '', 'schedule', '', meta.opens, meta.closes)
    if phase == 'closed' and frozen == 0 then places() end
    phase, frozen = due(meta.phase, meta.frozen, meta.freeze_changed, t)
  end
end
