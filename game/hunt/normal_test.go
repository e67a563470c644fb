package hunt

import (
	"math"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Upper and lower case of every character have the same normal form, and the
// normal form of that is itself.
func TestEveryCharacterHasANormalForm(t *testing.T) {
	for r := range rune(0x20000) {
		if !utf8.ValidRune(r) {
			continue
		}
		once := string(appendNormal(nil, string(r)))
		if twice := string(appendNormal(nil, once)); twice != once {
			t.Errorf("%U becomes %q becomes %q", r, once, twice)
		}
		// The Turkish letters İ and ı are not the letters I and i.
		if other := unicode.ToLower(r); r != 'İ' && string(appendNormal(nil, string(other))) != once {
			t.Errorf("%U and its lower case %U differ", r, other)
		}
		if other := unicode.ToUpper(r); r != 'ı' && string(appendNormal(nil, string(other))) != once {
			t.Errorf("%U and its upper case %U differ", r, other)
		}
	}
}

func TestNormalFormIsNormal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := string(appendNormal(nil, s))
		if twice := string(appendNormal(nil, once)); twice != once {
			t.Fatalf("%q becomes %q becomes %q", s, once, twice)
		}
		if code := string(appendCode(nil, s)); code != string(appendCode(nil, once)) {
			t.Fatalf("%q has the code %q, its normal form another", s, code)
		}
	})
}

// An answer with two decimal places is right exactly when integer arithmetic in
// hundredths says so.
func TestNumbersAreComparedAsDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(-1e6, 1e6).Draw(t, "v")
		tolerance := rapid.Int64Range(0, 1000).Draw(t, "tolerance")
		off := rapid.Int64Range(-tolerance-2, tolerance+2).Draw(t, "off")
		got := within(float64(v+off)/100, float64(v)/100, float64(tolerance)/100)
		if want := max(off, -off) <= tolerance; got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// The spherical law of cosines is another formula for the same distance. It is
// accurate for points that are neither close nor opposite.
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-90, 90)
		lon := rapid.Float64Range(-180, 180)
		a, b, c, d := lat.Draw(t, "lat1"), lon.Draw(t, "lon1"), lat.Draw(t, "lat2"), lon.Draw(t, "lon2")
		rad := math.Pi / 180
		cos := math.Sin(a*rad)*math.Sin(c*rad) + math.Cos(a*rad)*math.Cos(c*rad)*math.Cos((d-b)*rad)
		if math.Abs(cos) > 0.9999 {
			return
		}
		if got, want := distance(a, b, c, d), math.Acos(cos)*earthRadius; math.Abs(got-want) > 1 {
			t.Fatalf("got %f m, want %f m", got, want)
		}
	})
	if got := distance(90, 0, -90, 0); math.Abs(got-math.Pi*earthRadius) > 1e-3 {
		t.Errorf("from pole to pole: %f m", got)
	}
}
