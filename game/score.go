package game

// Score packs what ranks a row: points·2^31 + (2^31−1 − tie). Higher ranks
// first; float64 holds it exactly within hunt.MaxPoints.
func Score(points, tie int64) int64 { return points<<31 + (1<<31 - 1 - tie) }
