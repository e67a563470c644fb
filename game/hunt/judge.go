package hunt

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"math/big"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// ProofError says why a proof cannot be judged. Its message is for the player
// and says nothing about the answer.
type ProofError struct{ Message string }

func (e *ProofError) Error() string { return e.Message }

func refuse(message string) error { return &ProofError{message} }

// Judge reports whether a proof meets a challenge of a definition that New
// made. The error is a *ProofError; such a proof does not count as an attempt.
//
// Texts are compared in their normal form, with exact as they are but for NFC
// and white space at the ends. A regex must match the whole trimmed text in NFC. Numbers are compared as
// the decimals that they were written as, so 0.4 is within 0.1 of 0.3
// although the floats are not. A location is right within the radius, measured
// along a great circle. Which locations are refused does not depend on the
// place or the radius.
func (c *Challenge) Judge(p Proof) (Judgement, error) {
	if err := c.fits(p); err != nil {
		return Judgement{}, err
	}
	var space [512]byte
	key := append(append(append(append(space[:0], c.ID...), 0), c.Proof.Kind...), 0)
	prefix := len(key)
	j := Judgement{}
	var err error
	switch c.Proof.Kind {
	case KindText, KindRegex:
		key, j.Right, err = c.Proof.judgeText(key, *p.Text)
	case KindCode:
		if err = checkText(*p.Code, MaxText); err == nil {
			key = appendCode(key, *p.Code)
			j.Right = slices.Contains(c.Proof.accept, string(key[prefix:]))
		}
	case KindNumber:
		key, j.Right, err = c.Proof.judgeNumber(key, *p.Number)
	case KindChoice:
		key, j.Right, err = c.Proof.judgeChoice(key, p.Choice)
	case KindLocation:
		key, j.Right, err = c.Proof.judgeLocation(key, p.Location)
	case KindReview:
		j.Review = true
		if err = checkText(p.Review.Note, MaxNote); err == nil {
			key = appendNormal(key, p.Review.Note)
		}
	}
	if err != nil {
		return Judgement{}, err
	}
	if len(key) == prefix && !j.Review {
		return Judgement{}, refuse("Your answer is empty.")
	}
	j.Digest = digest(key)
	if !j.Right && !j.Review {
		j.Say = c.say(p)
	}
	return j, nil
}

// digest is short because stores keep sixteen of them for each entrant and
// challenge. Two wrong answers with the same digest count as one attempt.
func digest(key []byte) string {
	sum := sha256.Sum256(key)
	var out [8]byte
	base64.RawURLEncoding.Encode(out[:], sum[:6])
	return string(out[:])
}

var kindWords = map[Kind]string{
	KindText:     "This challenge takes a text.",
	KindRegex:    "This challenge takes a text.",
	KindNumber:   "This challenge takes a number.",
	KindChoice:   "This challenge takes a choice.",
	KindCode:     "This challenge takes a code.",
	KindLocation: "This challenge takes your location.",
	KindReview:   "This challenge takes a note for the organizers.",
	KindEvent:    "This challenge cannot be claimed: it is awarded when the event is reported.",
}

// fits checks that the proof is of the challenge's kind.
func (c *Challenge) fits(p Proof) error {
	set := 0
	var kind Kind
	for _, one := range [...]struct {
		kind Kind
		set  bool
	}{
		{KindText, p.Text != nil},
		{KindNumber, p.Number != nil},
		{KindChoice, p.Choice != nil},
		{KindCode, p.Code != nil},
		{KindLocation, p.Location != nil},
		{KindReview, p.Review != nil},
	} {
		if one.set {
			set++
			kind = one.kind
		}
	}
	switch {
	case c.Proof.Kind == KindEvent:
		return refuse(kindWords[KindEvent])
	case set == 0:
		return refuse("The proof is empty. " + kindWords[c.Proof.Kind])
	case set > 1:
		return refuse("A proof is of one kind only. " + kindWords[c.Proof.Kind])
	case kind != c.Proof.Kind.Shown():
		return refuse(kindWords[c.Proof.Kind])
	}
	return nil
}

func checkText(s string, limit int) error {
	if len(s) > limit*utf8.UTFMax || utf8.RuneCountInString(s) > limit {
		return refuse("Your answer is too long: at most " + strconv.Itoa(limit) + " characters.")
	}
	if !utf8.ValidString(s) {
		return refuse("Your answer is not valid text.")
	}
	for _, r := range s {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return refuse("Your answer has a control character in it.")
		}
	}
	return nil
}

func (c *Criterion) judgeText(key []byte, text string) ([]byte, bool, error) {
	if err := checkText(text, MaxText); err != nil {
		return nil, false, err
	}
	if c.Kind == KindRegex {
		text = exactly(text)
		return append(key, text...), c.re.MatchString(text), nil
	}
	from := len(key)
	if c.Exact {
		key = append(key, exactly(text)...)
	} else {
		key = appendNormal(key, text)
	}
	return key, slices.Contains(c.accept, string(key[from:])), nil
}

func (c *Criterion) judgeNumber(key []byte, v float64) ([]byte, bool, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, false, refuse("Your answer is not a finite number.")
	}
	if v == 0 {
		v = 0 // −0 is 0
	}
	return strconv.AppendFloat(key, v, 'g', -1, 64), within(v, c.Number, c.Tolerance), nil
}

// within reports whether |v − value| ≤ tolerance for the shortest decimals that
// the floats stand for. Away from the edge floats decide; the margin is
// thousands of times their rounding error.
func within(v, value, tolerance float64) bool {
	off := math.Abs(v - value)
	margin := (math.Abs(v) + math.Abs(value) + tolerance) * 1e-12
	switch {
	case off > tolerance+margin:
		return false
	case off < tolerance-margin:
		return true
	}
	exact := new(big.Rat).Sub(rational(v), rational(value))
	return exact.Abs(exact).Cmp(rational(tolerance)) <= 0
}

func rational(f float64) *big.Rat {
	// SetString accepts the shortest decimal of every finite float.
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	return r
}

func (c *Criterion) judgeChoice(key []byte, choice Choice) ([]byte, bool, error) {
	switch {
	case len(choice) == 0:
		return nil, false, refuse("Choose at least one option.")
	case len(choice) > MaxOptions:
		return nil, false, refuse("You chose more options than there are.")
	case len(choice) > 1 && !c.Multiple:
		return nil, false, refuse("Choose one option only.")
	}
	var mask uint64
	for _, option := range choice {
		i, ok := slices.BinarySearch(c.order, option)
		if !ok {
			return nil, false, refuse("One of the chosen options is not offered.")
		}
		mask |= 1 << i
	}
	for i, option := range c.order {
		if mask&(1<<i) != 0 {
			key = append(append(key, option...), 0)
		}
	}
	return key, mask == c.mask, nil
}

func (c *Criterion) judgeLocation(key []byte, l *Location) ([]byte, bool, error) {
	// The conditions are negated so that NaN is out of range.
	switch {
	case !(l.Lat >= -90 && l.Lat <= 90):
		return nil, false, refuse("The latitude is not between -90 and 90 degrees.")
	case !(l.Lon >= -180 && l.Lon <= 180):
		return nil, false, refuse("The longitude is not between -180 and 180 degrees.")
	case !(l.Accuracy >= 0 && l.Accuracy <= earthRadius):
		return nil, false, refuse("The accuracy is not a number of metres.")
	case l.Accuracy > MaxInaccuracy:
		return nil, false, refuse("Your position is too inaccurate (±" + strconv.FormatFloat(math.Ceil(l.Accuracy), 'f', 0, 64) +
			" m). Wait for a better one, in the open, and try again.")
	}
	// Steps of about 11 metres: readings of a player who stands still are one answer.
	lat, lon := math.Round(l.Lat*1e4), math.Round(l.Lon*1e4)
	if lon == 180e4 {
		lon = -180e4
	}
	key = strconv.AppendInt(key, int64(lat), 10)
	key = strconv.AppendInt(append(key, ' '), int64(lon), 10)
	return key, distance(l.Lat, l.Lon, c.Lat, c.Lon) <= c.Radius, nil
}

// earthRadius is the mean radius R1 of the Earth in metres (IUGG, for GRS 80).
const earthRadius = 6371008.8

// distance is the length in metres of the great circle between two points in
// degrees, by the haversine formula.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const degree = math.Pi / 180
	phi1, phi2 := lat1*degree, lat2*degree
	sinLat := math.Sin((phi2 - phi1) / 2)
	sinLon := math.Sin((lon2 - lon1) * degree / 2)
	h := sinLat*sinLat + math.Cos(phi1)*math.Cos(phi2)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}
