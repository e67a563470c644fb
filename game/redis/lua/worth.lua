-- worth.lua: what a challenge is worth. hunt.Points.Value in Lua; a test holds
-- the two together.
--
-- Defines  worth

-- idiv is Go's integer division. a/b alone may round up to the next whole
-- number; a - fmod(a, b) divides exactly.
local function idiv(a, b) return (a - math.fmod(a, b)) / b end

-- worth returns the points for the next solve of the challenge c after x others,
-- when it has been open for that many ms of hunt time.
local function worth(c, x, open)
  local v
  if c.func == 'time' then x = c.per > 0 and open > 0 and idiv(open, c.per) or 0 end
  if c.func == 'linear' or c.func == 'time' then
    if c.decay > 0 and x > idiv(c.initial - c.minimum, c.decay) then return c.minimum end
    v = c.initial - c.decay * x
  elseif c.func == 'quadratic' then
    if x >= c.decay then return c.minimum end
    v = c.initial - idiv((c.initial - c.minimum) * x * x, c.decay * c.decay)
  else
    return c.initial
  end
  return math.max(v, c.minimum)
end
