package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"veltrix/game/redis"
)

// The levels of durability.
const (
	ackFsync      = "fsync"
	ackReplicated = "replicated"
	ackMemory     = "memory"
)

// storeKind is which store a URL means.
type storeKind string

const (
	kindBolt  storeKind = "bolt"
	kindRedis storeKind = "redis"
)

// kind reads the scheme of --store. dir is the directory of a bolt store.
func (s *storeSettings) kind() (kind storeKind, dir string, err error) {
	scheme, rest, found := strings.Cut(s.Store, ":")
	switch scheme {
	case "bolt":
		dir = strings.TrimPrefix(rest, "//")
		if dir == "" {
			return "", "", errors.New("has no directory; write bolt:DIR, such as bolt:./veltrix-data")
		}
		return kindBolt, dir, nil
	case "redis", "rediss", "unix", "redis-sentinel", "redis-cluster":
		if err := redis.CheckURL(s.Store); err != nil {
			return "", "", err
		}
		return kindRedis, "", nil
	}
	if !found {
		return "", "", fmt.Errorf("%q has no scheme; write bolt:%s for a directory, or redis://HOST:PORT", redact(s.Store), redact(s.Store))
	}
	return "", "", fmt.Errorf("the scheme %q is unknown; write bolt:DIR, redis://…, rediss://…, unix://…, redis-sentinel://… or redis-cluster://…", scheme)
}

func (s *storeSettings) validate(from *sources) error {
	var errs []error
	wrong := func(name, format string, args ...any) {
		errs = append(errs, settingError(from, name, fmt.Sprintf(format, args...)))
	}
	oneOf(wrong, "ack", s.Ack, ackFsync, ackReplicated, ackMemory)
	kind, _, err := s.kind()
	switch {
	case err != nil:
		wrong("store", "%v", err)
	case kind == kindBolt && s.Ack == ackReplicated:
		wrong("ack", "a bolt store has no replicas; use --ack fsync, or a Redis store")
	}
	return errors.Join(errs...)
}

// redact takes the passwords out of a URL.
func redact(store string) string {
	u, err := url.Parse(store)
	if err != nil {
		if at := strings.LastIndexByte(store, '@'); at >= 0 { // not parsed, so who knows
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
