package huntfile

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"

	"veltrix/game/hunt"
)

// The years in which a hunt can be, as Unix milliseconds. 1970 is not among them,
// because 0 means absent.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
)

// timeForm is RFC 3339. time.Parse also accepts hours of one digit, a comma
// before the fraction, and offsets of a day and more.
var timeForm = regexp.MustCompile(`^[-0-9]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$`)

const timeRemedy = "Write date, time and offset, such as 2026-12-01T10:00:00+01:00."

// time reads an RFC 3339 time into Unix milliseconds.
func (r *reader) time(it item) int64 {
	n := it.node
	if !isText(n) {
		r.wrong(it.path, fmt.Sprintf("A time belongs here, not %s.", kindOf(n)), timeRemedy)
		return 0
	}
	at, err := time.Parse(time.RFC3339, n.Value)
	if err != nil || !timeForm.MatchString(n.Value) {
		r.wrong(it.path, fmt.Sprintf("%q is not a time with an offset.", clip(n.Value)), timeRemedy)
		return 0
	}
	ms := at.UnixMilli()
	if ms < earliest || ms >= latest {
		r.wrong(it.path, fmt.Sprintf("The year %d is out of range.", at.Year()), "Write a year from 2000 to 2199.")
	}
	return ms
}

var (
	durationForm = regexp.MustCompile(`^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$`)
	durationPart = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)`)
	units        = map[string]float64{"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
)

// duration reads a time span such as 1h30m into milliseconds.
func (r *reader) duration(it item, most int64) int64 {
	n := it.node
	if isNumber(n) && numberForm.MatchString(n.Value) {
		r.wrong(it.path, "A duration has a unit.", fmt.Sprintf("Write %ss for seconds or %sm for minutes.", n.Value, n.Value))
		return 1
	}
	const remedy = "Write a number and a unit, such as 10s, 30m, 2h or 1h30m."
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		r.wrong(it.path, fmt.Sprintf("A duration belongs here, not %s.", kindOf(n)), remedy)
		return 1
	}
	if len(n.Value) > 64 || !durationForm.MatchString(n.Value) {
		r.wrong(it.path, fmt.Sprintf("%q is not a duration.", clip(n.Value)), remedy)
		return 1
	}
	var ms float64
	for _, part := range durationPart.FindAllStringSubmatch(n.Value, -1) {
		v, err := strconv.ParseFloat(part[1], 64)
		if err != nil {
			v = math.Inf(1)
		}
		ms += v * units[part[2]]
	}
	if ms = math.Round(ms); ms < 1 || ms > float64(most) {
		r.wrong(it.path, fmt.Sprintf("%s is out of range.", clip(n.Value)),
			fmt.Sprintf("Write a duration from 1 millisecond to %s.", hunt.SpellDuration(most)))
		return int64(r.beyond(ms, 1))
	}
	return int64(ms)
}

// The radii of a place in metres, from the accuracy of satellites on a good day to
// the size of a country.
const (
	minRadius = 1.0
	maxRadius = 1e6
)

var radiusForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?(m|km)$`)

// radius reads a length into metres.
func (r *reader) radius(it item) float64 {
	n := it.node
	if isNumber(n) {
		return r.number(it, minRadius, maxRadius)
	}
	const remedy = "Write a length such as 50m or 1.2km."
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		r.wrong(it.path, fmt.Sprintf("A length belongs here, not %s.", kindOf(n)), remedy)
		return minRadius
	}
	part := radiusForm.FindStringSubmatch(n.Value)
	if part == nil {
		r.wrong(it.path, fmt.Sprintf("%q is not a length.", clip(n.Value)), remedy)
		return minRadius
	}
	metres, err := strconv.ParseFloat(part[1], 64)
	if part[2] == "km" {
		metres *= 1000
	}
	if err != nil || metres < minRadius || metres > maxRadius {
		r.wrong(it.path, fmt.Sprintf("%s is out of range.", clip(n.Value)), "Write a length from 1m to 1000km.")
		return r.beyond(metres, minRadius)
	}
	return metres
}
