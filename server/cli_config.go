package main

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/redis"
	"veltrix/server/api"
	"veltrix/server/auth"
	"veltrix/server/play"
)

type configCmd struct {
	settings
}

// Run implements the command. It prints first and then says what is wrong, so
// that the table shows where a bad value comes from.
func (c *configCmd) Run(k *kong.Context, out *streams, from *sources) error {
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	p := printer{w: w}
	p.line("SETTING", "VALUE", "FROM", "WHY THE DEFAULT")
	for _, f := range k.Selected().Flags {
		if f.Name != "help" {
			p.line(f.Name, shown(f), from.of(f.Name), f.Tag.Get("why"))
		}
	}
	p.line("", "", "", "")
	p.line("FIXED", "VALUE", "", "")
	p.fixed("hub", c.hubConfig())
	p.fixed("game", actor.DefaultOptions())
	for _, f := range slices.Concat(fixedValues(), libraryValues()) {
		p.line(f.name, fmt.Sprint(f.value), "", f.why)
	}
	for _, s := range redis.Settings() {
		p.line(s.Name, s.Value, "", s.Why)
	}
	p.line("", "", "", "")
	p.line("REDIS SHOULD HAVE", "VALUE", "", "")
	for _, s := range redis.ServerSettings() {
		p.line(s.Name, s.Value, "", s.Why)
	}
	if p.err != nil {
		return p.err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := c.validate(from); err != nil {
		return usageError{err}
	}
	return nil
}

// printer writes lines of a table until one fails.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(cells ...string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
}

// fixed prints the limits of another package, in the order of their fields.
func (p *printer) fixed(name string, limits any) {
	v := reflect.ValueOf(limits)
	for i := range v.NumField() {
		field := name + "." + v.Type().Field(i).Name
		if why := whyFixed[field]; why != "" {
			p.line(field, fmt.Sprint(v.Field(i)), "", why)
		}
	}
}

// whyFixed says in a line what the fields of hub.Config and game.Options say
// at length. What is missing here is a setting of its own.
var whyFixed = map[string]string{
	"hub.MaxFrame":          "bytes of a message; many times the largest honest request",
	"hub.HelloTimeout":      "several round trips on a bad mobile link, short enough that idle connections do not pile up",
	"hub.Heartbeat":         "below the 30 s after which proxies and mobile networks forget an idle connection",
	"hub.WriteTimeout":      "a phone changes its network within it; a dead peer holds memory no longer",
	"hub.MaxQueue":          "bytes that wait for one session: minutes of a busy hunt, and 1,000 stalled ones stay below 256 MiB",
	"hub.MaxUnsent":         "bytes that the kernel holds: more would put old boards in front of the newest",
	"hub.MaxTopics":         "hunts that one session follows; far more than a person does",
	"hub.ByeSpread":         "at most; a restart brings a thousand sessions back in a second, 20,000 in these 5 s",
	"game.Mailbox":          "requests that wait for one hunt; at 64 a batch a wait below 100 ms",
	"game.CommitRetry":      "a failing store is tried again this long; clients keep their claims and send them again",
	"game.BoardInterval":    "ten boards a second look live",
	"game.StandingInterval": "a rank that changes faster cannot be read",
	"game.Look":             "what a lost doorbell between nodes costs at worst",
	"game.Idle":             "a hunt that nobody plays leaves memory after this",
}

type fixedValue struct {
	name  string
	value any
	why   string
}

// fixedValues are the limits of this package and of hunt files.
func fixedValues() []fixedValue {
	return []fixedValue{
		{"hunt.MaxPoints", hunt.MaxPoints, "a board score holds points and tie-break in one float64"},
		{"hunt.MaxFile", hunt.MaxFile, "bytes of a hunt file"},
		{"http.MaxBody", api.MaxBody, "bytes of every other request; the largest honest one has 100 events"},
		{"http.MaxHeader", api.MaxHeader, "bytes of a header; a token is below 4 KiB"},
		{"http.HeaderTimeout", api.HeaderTimeout, "a header is one packet; a slow sender holds a goroutine meanwhile"},
		{"http.BodyTimeout", api.BodyTimeout, "1 MiB of hunt file on a slow line"},
		{"http.AnswerTimeout", api.AnswerTimeout, "longer than any command is held; streams extend it as they go"},
		{"http.IdleTimeout", api.IdleTimeout, "longer than a proxy keeps its connections, so that the proxy closes first"},
		{"http.CommandTimeout", api.CommandTimeout, "a batch is held for a failing store, and a little more"},
		{"session.MaxRate", play.MaxRate, "messages a second of one session"},
		{"session.MaxBurst", play.MaxBurst, "messages at once of one session"},
		{"join.AtOnce", play.JoinsAtOnce, "joins under way: an eighth of a mailbox, so that claims find room; others wait for their turn"},
		{"join.Patience", play.JoinPatience, "longest wait for a turn; who would wait longer is told when to come back"},
		{"join.MaxMissed", play.MaxMissed, "entries of the ledger that a session may be behind and still be told what it missed"},
		{"token.TTL", auth.PlayerTTL, "a hunt of weeks can be played to its end on one token"},
		{"token.Leeway", auth.Leeway, "clocks differ"},
	}
}

// shown is the value of a flag as text; secrets only say that they are there.
func shown(f *kong.Flag) string {
	v := f.Target
	switch {
	case f.Tag.Get("secret") != "":
		if v.String() == "" {
			return "(none)"
		}
		return fmt.Sprintf("(set, %d characters)", v.Len())
	case f.Name == "store":
		return redact(v.String())
	case v.Kind() == reflect.Slice:
		if v.Len() == 0 {
			return "(none)"
		}
		list := make([]string, v.Len())
		for i := range list {
			list[i] = v.Index(i).String()
		}
		return strings.Join(list, ",")
	case v.Kind() == reflect.String && v.String() == "":
		return "(none)"
	}
	return fmt.Sprint(v.Interface())
}
