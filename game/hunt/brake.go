package hunt

// The default brake on guessing, of an entrant and a challenge that sets no limit
// of its own. Times are ms. A number of four digits takes some 34 days to try out
// with it; somebody who plays does not notice it.
const (
	BrakeFree   = 20      // wrong claims within a window are free
	BrakeWindow = 60_000  // how long a window is
	BrakeFirst  = 5_000   // cooldown of the first wrong claim past them
	BrakeMost   = 300_000 // the cooldown doubles up to this
	BrakeQuiet  = 600_000 // without a wrong claim for so long all is forgotten
)
