// Package config is what an operator can set, where each value came from, and the
// reason for every value, those included that cannot be set.
//
// Guarantees:
//   - A flag goes before its variable, that before the file of --config, and that
//     before the default.
//   - Whatever is unknown or impossible is an error that names the setting, where
//     it came from and what to do.
//   - Passwords and tokens are in no error and in no text that is made here.
package config

import (
	"errors"
	"fmt"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"veltrix/hub"
	"veltrix/internal/nearest"
	"veltrix/server/api"
)

// Settings are all that an operator can set. The tag why says why the default
// is what it is; secret keeps a value out of what `veltrix config` prints.
type Settings struct {
	Addr           string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address for players and organizers." why:"nobody else can reach it until you decide so; a container sets 0.0.0.0:8080"`
	OpsAddr        string        `default:"127.0.0.1:9090" placeholder:"HOST:PORT" help:"Address for /metrics and /debug/pprof/, never to be public." why:"profiles and metrics are for operators, so they stay on this machine"`
	StoreSettings  StoreSettings `embed:""`
	OrganizerToken string        `placeholder:"TOKEN" help:"Bearer token of the organizers." secret:"yes" why:"made at the first start and kept in the store, so that there is no well-known one"`
	ProducerToken  string        `placeholder:"TOKEN" help:"Bearer token of event producers." secret:"yes" why:"nobody may report events until you choose one"`
	DisplayToken   string        `placeholder:"TOKEN" help:"Bearer token of displays." secret:"yes" why:"displays need none for what is public"`
	Secret         string        `placeholder:"KEY" help:"Key that signs player tokens (HS256)." secret:"yes" why:"made at the first start and kept in the store; set it when your own backend mints tokens"`
	Origins        []string      `placeholder:"ORIGIN,…" help:"Web origins, besides our own, whose pages may connect: host or scheme://host, * matches within a name." why:"pages of other sites have no business here until you say so"`
	TrustedProxies []string      `placeholder:"CIDR,…" help:"Proxies whose X-Forwarded-For counts: addresses or ranges." why:"anyone can write that header; without it limits by address count for the address of the connection"`
	Hunt           []string      `placeholder:"FILE" sep:"none" help:"Hunt file to apply and open at start; may be repeated." why:"an empty bolt store gets a demo hunt, other stores nothing"`
	Yes            bool          `help:"Apply the files of --hunt also where that closes the hunt, freezes its board or lets awards be earned again." why:"a mistyped year in a file must not end a running hunt"`
	Remember       string        `placeholder:"DIR" help:"Directory of this node alone that outlives its restart, for the last ledger entries of each hunt." why:"a running node remembers them anyway; with a directory a node that went down together with the store can put back what the store lost, too"`
	Drain          time.Duration `default:"10s" help:"Longest time that a stop may take." why:"a batch takes milliseconds and a goodbye a round trip; container platforms kill after 30 s"`
	MaxSessions    int           `default:"20000" help:"WebSocket sessions of this node; more are sent away." why:"about 200 MB when idle; below the usual limit of open files after \"ulimit -n 65536\""`
	PlayerRate     float64       `default:"20" placeholder:"N" help:"New players a second from one address, with thirty seconds' worth at once; 0 is no limit." why:"a whole school shares one address and starts together; a script that fills the board is slowed down"`
	LogLevel       string        `default:"info" help:"debug, info, warn or error." why:"info tells what starts, stops and goes wrong; debug tells every request"`
	LogFormat      string        `default:"console" help:"console or json." why:"people read it first; log collectors want json"`
	Config         string        `placeholder:"FILE" help:"YAML file with these settings, named as the flags are." why:"flags and variables suffice"`
}

// StoreSettings say where the hunts are kept.
type StoreSettings struct {
	Store string `default:"bolt:./veltrix-data" placeholder:"URL" help:"Where hunts are kept: bolt:DIR, redis://…, rediss://…, redis-sentinel://… or redis-cluster://… . REDIS_URL counts when this is not set." why:"plays a durable hunt with nothing installed; several nodes need redis"`
	Ack   string `default:"fsync" help:"When an award counts as kept: fsync, replicated or memory." why:"what was acknowledged survives a power cut, and batches make that cheap"`
}

// Lengths of tokens and keys: 16 random letters cannot be guessed over a network,
// and HS256 wants a key as long as its hash (RFC 7518, 3.2), 32 bytes.
const (
	minToken  = 16
	minSecret = 32
	maxSecret = 1024
)

// Validate returns everything that is wrong with the settings, each with its
// name, where it came from and what to do.
func (s *Settings) Validate(from *Sources) error {
	var errs []error
	wrong := func(name, format string, args ...any) {
		errs = append(errs, SettingError(from, name, fmt.Sprintf(format, args...)))
	}
	if err := checkAddr(s.Addr); err != nil {
		wrong("addr", "%v", err)
	}
	if err := checkAddr(s.OpsAddr); err != nil {
		wrong("ops-addr", "%v", err)
	}
	if s.Addr == s.OpsAddr && !strings.HasSuffix(s.Addr, ":0") {
		wrong("ops-addr", "is the same as --addr; metrics and profiles must not be public, choose another port")
	}
	s.validateSecrets(wrong)
	for _, o := range s.Origins {
		if err := checkOrigin(o); err != nil {
			wrong("origins", "%v", err)
		}
	}
	if _, err := api.NewProxies(s.TrustedProxies); err != nil {
		wrong("trusted-proxies", "%v", err)
	}
	if s.Drain < time.Second || s.Drain > time.Hour {
		wrong("drain", "is %v; choose 1s to 1h", s.Drain)
	}
	limits := hub.Default()
	limits.MaxSessions = s.MaxSessions
	if limits.Validate() != nil {
		wrong("max-sessions", "is %d; choose 1 to 10000000", s.MaxSessions)
	}
	if !(s.PlayerRate >= 0 && s.PlayerRate <= 1e6) { // not a number is neither
		wrong("player-rate", "is %v; choose 0 (no limit) to 1000000", s.PlayerRate)
	}
	oneOf(wrong, "log-level", s.LogLevel, "debug", "info", "warn", "error")
	oneOf(wrong, "log-format", s.LogFormat, "console", "json")
	errs = append(errs, s.StoreSettings.Validate(from))
	return errors.Join(errs...)
}

// SettingError is an error about a setting. It says where the value came from
// unless that is plain.
func SettingError(from *Sources, name, text string) error {
	where := ""
	if f := from.Of(name); f != "flag" && f != "default" {
		where = " (from " + f + ")"
	}
	return fmt.Errorf("--%s%s: %s", name, where, text)
}

func oneOf(wrong func(string, string, ...any), name, value string, known ...string) {
	if slices.Contains(known, value) {
		return
	}
	wrong(name, "%q is not one of %s; %s", value, strings.Join(known, ", "), nearest.Hint(value, known))
}

func (s *Settings) validateSecrets(wrong func(string, string, ...any)) {
	tokens := map[string]string{}
	for _, t := range []struct{ name, value string }{
		{"organizer-token", s.OrganizerToken}, {"producer-token", s.ProducerToken}, {"display-token", s.DisplayToken},
	} {
		switch {
		case t.value == "":
			continue
		case len(t.value) < minToken || len(t.value) > maxSecret:
			wrong(t.name, "has %d characters; choose %d to %d random ones", len(t.value), minToken, maxSecret)
		case strings.ContainsFunc(t.value, func(r rune) bool { return r <= ' ' || r > '~' }):
			wrong(t.name, "has a character that a header cannot carry; choose letters and digits")
		}
		if other := tokens[t.value]; other != "" {
			wrong(t.name, "is the same as --%s; each role needs its own", other)
		}
		tokens[t.value] = t.name
	}
	if err := CheckSecret(s.Secret); err != nil {
		wrong("secret", "%v", err)
	}
	if s.Secret != "" && tokens[s.Secret] != "" {
		wrong("secret", "is the same as --%s; everyone who has it could sign player tokens", tokens[s.Secret])
	}
}

// CheckSecret says what is wrong with a key that signs player tokens. "" is right:
// the store keeps one.
func CheckSecret(secret string) error {
	if secret != "" && (len(secret) < minSecret || len(secret) > maxSecret) {
		return fmt.Errorf("has %d bytes; choose %d to %d random ones, such as openssl rand -base64 48 makes", len(secret), minSecret, maxSecret)
	}
	return nil
}

func checkAddr(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q is not an address; write HOST:PORT, such as 127.0.0.1:8080 or 0.0.0.0:8080", addr)
	}
	if strings.ContainsFunc(host, unicode.IsSpace) {
		return fmt.Errorf("%q has white space in its host", addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q has no port; write a number from 0 (any free one) to 65535", addr)
	}
	return nil
}

func checkOrigin(o string) error {
	scheme, host, has := strings.Cut(o, "://")
	if !has {
		host = o
	} else if scheme != "http" && scheme != "https" {
		return fmt.Errorf("%q: the scheme of an origin is http or https", o)
	}
	if _, err := path.Match(o, ""); err != nil || host == "" || strings.ContainsAny(host, "/ \t") {
		return fmt.Errorf("%q is not an origin; write a host such as play.example.org or https://*.example.org, without a path", o)
	}
	return nil
}
