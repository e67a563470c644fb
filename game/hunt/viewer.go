package hunt

// Viewer is somebody who looks at a hunt. The zero value is a stranger before the
// hunt has started. Whoever knows the state of the hunt fills it in.
type Viewer struct {
	// Started says that the hunt has begun for the viewer, where it has a limit by
	// the viewer's own start.
	Started bool
	// Outside says that the hunt has a join code and the viewer has not given it.
	Outside bool
	// Closed says that the hunt is over.
	Closed bool
	// Finished says that the viewer has met the condition of the finish.
	Finished bool
	// Now is the time on the clock of the file: Unix ms, less the length of all
	// pauses. Challenges that open later than this are not shown.
	Now int64
	// Unlocked reports whether what a challenge requires is met, routes and skips
	// included. Nil is for a viewer who has met nothing.
	Unlocked func(*Challenge) bool
	// Awarded reports whether the viewer has solved a challenge. Nil is none.
	Awarded func(challenge string) bool
}

// awarded reports whether the viewer has solved the challenge.
func (v *Viewer) awarded(c *Challenge) bool { return v.Awarded != nil && v.Awarded(c.ID) }

// practises reports whether every challenge may be tried, whatever would unlock it.
func (v *Viewer) practises(d *Definition) bool { return v.Closed && d.Practice }

// Waits reports whether the challenge opens later by its own window.
func (v *Viewer) Waits(d *Definition, c *Challenge) bool {
	return v.Now < c.Opens && !v.awarded(c) && !v.practises(d)
}

// MayRead reports whether the viewer has unlocked the challenge.
func (v *Viewer) MayRead(d *Definition, c *Challenge) bool {
	switch {
	case v.awarded(c), v.practises(d):
		return true
	case v.Unlocked != nil:
		return v.Unlocked(c)
	}
	return len(c.Requires) == 0 && c.Unlock == nil && !d.Routes.Has(c.ID)
}
