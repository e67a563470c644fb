-- schedule.lua: what the hunt's own times do. rules.Schedule in Lua.
--
-- Needs    all before
-- Defines  closes_now, advance

-- due returns the phase and the freeze that the schedule gives a hunt which is
-- in these, with its last freeze or reveal at that hunt time; nil when nothing
-- is due at t.
local function due(phase, frozen, freeze_changed, t)
  local m = meta
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
    set_phase(phase, frozen, '', '', 'schedule', '')
    if phase == 'closed' then place_badges() end
    phase, frozen = due(meta.phase, meta.frozen, meta.freeze_changed, t)
  end
end
