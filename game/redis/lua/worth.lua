-- worth.lua: what a challenge is worth. hunt.Points.Value in Lua; a test holds
-- the two together.
--
-- Defines  worth

-- idiv is Go's integer division. a/b alone may round up to the next whole
-- number; a - fmod(a, b) divides exactly.
local function idiv(a, b) return (a - math.fmod(a, b)) / b end

-- worth returns the points for the next solve of the challenge c after x others.
local function worth(c, x)
  local v
  if c.func == 'linear' then
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
