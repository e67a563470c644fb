package config

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"veltrix/game/redis"
)

// The levels of durability.
const (
	AckFsync      = "fsync"
	AckReplicated = "replicated"
	AckMemory     = "memory"
)

// StoreKind is the kind of store that a URL means.
type StoreKind string

// The kinds of stores.
const (
	Bolt  StoreKind = "bolt"
	Redis StoreKind = "redis"
)

// Kind reads the scheme of --store. Dir is the directory of a bolt store.
func (s *StoreSettings) Kind() (kind StoreKind, dir string, err error) {
	scheme, rest, found := strings.Cut(s.Store, ":")
	switch scheme {
	case "bolt":
		dir, err := boltDir(rest)
		return Bolt, dir, err
	case "redis", "rediss", "unix", "redis-sentinel", "redis-cluster":
		if err := redis.CheckURL(s.Store); err != nil {
			return "", "", err
		}
		return Redis, "", nil
	}
	if !found {
		return "", "", fmt.Errorf("%q has no scheme; write bolt:%s for a directory, or redis://HOST:PORT", Redact(s.Store), Redact(s.Store))
	}
	return "", "", fmt.Errorf("the scheme %q is unknown; write bolt:DIR, redis://…, rediss://…, unix://…, redis-sentinel://… or redis-cluster://…", scheme)
}

// boltDir reads the directory of bolt:DIR. In bolt://var/x the part after the
// slashes is a host in every other URL, and who writes it may mean either
// directory.
func boltDir(rest string) (string, error) {
	dir, slashes := strings.CutPrefix(rest, "//")
	switch {
	case strings.Trim(dir, "/") == "" && (slashes || dir == ""):
		return "", errors.New("has no directory; write bolt:DIR, such as bolt:./veltrix-data")
	case slashes && !strings.HasPrefix(dir, "/"):
		return "", fmt.Errorf("bolt:%s is not clear: write bolt:%s for the directory from where the server runs, or bolt:/%s for the one from the root", rest, dir, dir)
	}
	return dir, nil
}

// Validate returns everything that is wrong with the settings, as
// Settings.Validate does.
func (s *StoreSettings) Validate(from *Sources) error {
	var errs []error
	wrong := func(name, format string, args ...any) {
		errs = append(errs, SettingError(from, name, fmt.Sprintf(format, args...)))
	}
	oneOf(wrong, "ack", s.Ack, AckFsync, AckReplicated, AckMemory)
	kind, _, err := s.Kind()
	switch {
	case err != nil:
		wrong("store", "%v", err)
	case kind == Bolt && s.Ack == AckReplicated:
		wrong("ack", "a bolt store has no replicas; use --ack fsync, or a Redis store")
	}
	return errors.Join(errs...)
}

// Redact takes the passwords out of a URL.
func Redact(store string) string {
	u, err := url.Parse(store)
	if err != nil {
		if at := strings.LastIndexByte(store, '@'); at >= 0 { // what is before it may be a password
			return "…" + store[at:]
		}
		return store
	}
	const secret = "sentinel_password"
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if name, value, _ := strings.Cut(pair, "="); name == secret && value != "" {
			u.RawQuery = strings.Replace(u.RawQuery, pair, secret+"=xxxxx", 1)
			store = u.String()
		}
	}
	if u.User == nil {
		return store
	}
	return u.Redacted()
}
