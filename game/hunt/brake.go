package hunt

// The default brake on guessing, in ms but for BrakeFree. So many wrong claims of
// an entrant for a challenge in a window are free. Each further one costs a
// cooldown that doubles from the first to the most, and is forgotten after a quiet
// time.
const (
	BrakeFree   = 20
	BrakeWindow = 60_000
	BrakeFirst  = 5_000
	BrakeMost   = 300_000
	BrakeQuiet  = 600_000
)

// GuessTime is how many ms it takes at least to try so many answers under the
// default brake: a guesser does best to try what is free in each window.
func GuessTime(answers int64) int64 { return max(answers-1, 0) / BrakeFree * BrakeWindow }
