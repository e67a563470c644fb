package hunt

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // an order that everybody can compute again, not a secret
	"encoding/hex"
	"slices"
	"strconv"
)

// RouteOrder says how the routes of entrants differ.
type RouteOrder string

// The orders of routes.
const (
	Rotate  RouteOrder = "rotate"
	Shuffle RouteOrder = "shuffle"
)

// Routes gives each entrant its own order of some challenges, its stops. One of
// them is unlocked at a time.
type Routes struct {
	Challenges []string
	By         RouteOrder
}

// Has reports whether the challenge is a stop of the routes; r may be nil.
func (r *Routes) Has(challenge string) bool {
	return r != nil && slices.Contains(r.Challenges, challenge)
}

// Route returns the stops in the order of the entrant with this number, which is
// how many joined before it. Rotate begins at number mod n. Shuffle sorts the
// stops by the first eight hex digits of SHA-1 of HUNT|NUMBER|STOP, and equal
// ones as in the file.
func (d *Definition) Route(number int64) []string {
	r := d.Routes
	if r == nil || len(r.Challenges) == 0 {
		return nil
	}
	if r.By == Rotate {
		from := int(number % int64(len(r.Challenges)))
		return slices.Concat(r.Challenges[from:], r.Challenges[:from])
	}
	type stop struct{ id, key string }
	stops := make([]stop, len(r.Challenges))
	for i, id := range r.Challenges {
		sum := sha1.Sum([]byte(d.ID + "|" + strconv.FormatInt(number, 10) + "|" + id)) //nolint:gosec // see above
		stops[i] = stop{id, hex.EncodeToString(sum[:4])}
	}
	slices.SortStableFunc(stops, func(a, b stop) int { return cmp.Compare(a.key, b.key) })
	route := make([]string, len(stops))
	for i, s := range stops {
		route[i] = s.id
	}
	return route
}
