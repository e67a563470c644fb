//go:build !unix

package crowd

import (
	"math"
	"time"
)

// CPU is not known here; reports leave out what is 0.
func CPU() time.Duration { return 0 }

// Descriptors is not known here.
func Descriptors() int { return math.MaxInt }
