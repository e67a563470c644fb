package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
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
	case "redis", "rediss", "unix":
		if _, err := url.Parse(s.Store); err != nil || !strings.HasPrefix(rest, "//") {
			return "", "", fmt.Errorf("is no %s URL; write such as redis://127.0.0.1:6379/0 or unix:///run/redis.sock", scheme)
		}
		return kindRedis, "", nil
	case "redis-sentinel", "redis-cluster":
		return "", "", fmt.Errorf("%s is not supported in this version yet; use redis:// or rediss:// with one primary", scheme)
	}
	if !found {
		return "", "", fmt.Errorf("%q has no scheme; write bolt:%s for a directory, or redis://HOST:PORT", redact(s.Store), redact(s.Store))
	}
	return "", "", fmt.Errorf("the scheme %q is unknown; write bolt:DIR, redis://…, rediss://… or unix://…", scheme)
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
		wrong("ack", "a bolt store has no replicas; use --ack fsync, or a redis:// store")
	}
	return errors.Join(errs...)
}

// redact takes the password out of a URL.
func redact(store string) string {
	u, err := url.Parse(store)
	if err != nil || u.User == nil {
		if at := strings.LastIndexByte(store, '@'); at >= 0 { // not parsed, so who knows
			return "…" + store[at:]
		}
		return store
	}
	return u.Redacted()
}
