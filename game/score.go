package game

import "cmp"

// Score packs what ranks a row: points·2^31 + (2^31−1 − tie). Higher ranks
// first; float64 holds it exactly within hunt.MaxPoints.
func Score(points, tie int64) int64 { return points<<31 + (1<<31 - 1 - tie) }

// CompareGiven orders wrong answers: those of most entrants first.
func CompareGiven(a, b Given) int {
	return cmp.Or(cmp.Compare(len(b.Entrants), len(a.Entrants)), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Digest, b.Digest))
}

// CompareRows orders rows as a board does: more points first, then the lower tie.
// Rows that are out come after all others. Two entrants have one tie only if an
// organizer's file or history brought them there; then the ids decide, the higher
// one first, as Redis orders equal scores from the top.
func CompareRows(a, b Row) int {
	if a.Out != b.Out {
		if a.Out {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(Score(b.Points, b.Tie), Score(a.Points, a.Tie)), cmp.Compare(b.Entrant, a.Entrant))
}
