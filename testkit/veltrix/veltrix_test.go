package veltrix

import (
	"slices"
	"strings"
	"testing"
)

const banner = `Veltrix 1

  play       http://127.0.0.1:8080/
  organize   http://127.0.0.1:8080/organizer#token=abc
  ops        http://127.0.0.1:9090/metrics
  store      bolt:./veltrix-data, acknowledged when on disk (fsync)
`

func TestReadBanner(t *testing.T) {
	want := Addresses{
		URL: "http://127.0.0.1:8080", Organizer: "http://127.0.0.1:8080/organizer#token=abc", Token: "abc", Ops: "http://127.0.0.1:9090",
	}
	if a, ok := ReadBanner(banner + "  hunts      the store was empty\n"); !ok || a != want {
		t.Errorf("%+v, %t", a, ok)
	}
	for n := range len(banner) {
		if a, ok := ReadBanner(banner[:n]); ok {
			t.Errorf("%q is whole: %+v", banner[:n], a)
		}
	}
	if a, ok := ReadBanner("play http://127.0.0.1:1\nstore redis\n"); !ok || a != (Addresses{URL: "http://127.0.0.1:1"}) {
		t.Errorf("of a peer: %+v, %t", a, ok)
	}
}

func TestEnviron(t *testing.T) {
	t.Setenv("VELTRIX_ADDR", "1")
	t.Setenv("REDIS_URL", "2")
	t.Setenv("REDIS_URLS", "3")
	env := Environ()
	if slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, "VELTRIX_") || strings.HasPrefix(v, "REDIS_URL=") }) {
		t.Errorf("%q", env)
	}
	if !slices.Contains(env, "REDIS_URLS=3") {
		t.Error("too much is left out")
	}
}
