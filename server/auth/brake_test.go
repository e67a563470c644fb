package auth

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

var school = netip.MustParsePrefix("192.0.2.1/32")

// guess tries a code and reports whether it was looked at.
func (b *Brake) guess(player string, wrong bool) (looked bool, wait time.Duration) {
	try, wait := b.Begin(player, school)
	try.End(wrong)
	return try != nil, wait
}

func TestAPlayerWhoGuessesIsBraked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, tries := NewBrake(), 0
		began := time.Now()
		for time.Since(began) < time.Hour {
			looked, wait := b.guess("eve", true)
			if looked {
				tries++
				continue
			}
			if wait > LongestWait*5/4+time.Second {
				t.Fatalf("sent away for %v", wait)
			}
			time.Sleep(wait)
		}
		if tries < FreePlayer+6 || tries > FreePlayer+20 {
			t.Errorf("%d wrong codes of a player were looked at in an hour", tries)
		}
		if looked, _ := b.guess("ada", false); !looked {
			t.Error("another player of that address does not get in")
		}
		time.Sleep(LongestWait + QuietTime)
		for i := range FreePlayer {
			if looked, _ := b.guess("eve", true); !looked {
				t.Errorf("after a quiet time try %d is not free", i)
			}
		}
	})
}

// TestASchoolGetsIn: four hundred pupils behind one address, each fourth of whom
// types the code wrong once, and one who guesses with a script.
func TestASchoolGetsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBrake()
		for i := range 400 {
			b.guess("eve", true)
			pupil := fmt.Sprint("pupil ", i)
			if i%4 == 0 {
				if looked, wait := b.guess(pupil, true); !looked {
					t.Fatalf("the first try of %s waits %v", pupil, wait)
				}
			}
			if looked, wait := b.guess(pupil, false); !looked {
				t.Fatalf("the right code of %s waits %v", pupil, wait)
			}
		}
		if looked, _ := b.guess("eve", true); looked {
			t.Error("who guesses is not braked")
		}
	})
}

// TestManyPlayersOfOneAddressAreBraked: a new player for every try does not help,
// nor do tries at the same time.
func TestManyPlayersOfOneAddressAreBraked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, tries := NewBrake(), 0
		began := time.Now()
		for i := 0; time.Since(began) < time.Hour; i++ {
			at := []*Try{}
			for j := range 50 {
				if try, _ := b.Begin(fmt.Sprint(i, " ", j), school); try != nil {
					at = append(at, try)
				}
			}
			tries += len(at)
			for _, try := range at {
				try.End(true)
				try.End(true) // counts once
			}
			time.Sleep(time.Second)
		}
		if tries < HardAddress || tries > HardAddress+50+20 {
			t.Errorf("%d wrong codes of an address were looked at in an hour", tries)
		}
		if looked, _ := b.guess("", false); looked {
			t.Error("someone without a token gets past the brake")
		}
		other, _ := b.Begin("ada", netip.MustParsePrefix("192.0.2.2/32"))
		if other == nil {
			t.Error("another address is braked")
		}
		other.End(false)
	})
}

func TestBrakeIsBounded(t *testing.T) {
	b := NewBrake()
	for i := range 5 * maxGuessers {
		try, _ := b.Begin(fmt.Sprint(i), netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32))
		try.End(true)
	}
	if n := len(b.recent) + len(b.old); n > 2*maxGuessers {
		t.Errorf("%d are remembered", n)
	}
}
