package main

import (
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"veltrix/server/config"

	"github.com/coder/websocket"
)

// TestEveryLibraryOptionHasItsReason: an option that a newer library brings is
// an option that somebody has to decide on.
func TestEveryLibraryOptionHasItsReason(t *testing.T) {
	reasons := map[string]bool{}
	for _, v := range new(config.Settings).Fixed() {
		if v.Why == "" || v.Value == nil || reasons[v.Name] {
			t.Errorf("%+v", v)
		}
		reasons[v.Name] = true
	}
	for name, options := range map[string]any{
		"http.Server": http.Server{}, "net.ListenConfig": net.ListenConfig{}, "websocket.AcceptOptions": websocket.AcceptOptions{},
	} {
		of := reflect.TypeOf(options)
		for f := range of.Fields() {
			if f.IsExported() && !reasons[name+"."+f.Name] {
				t.Errorf("%s.%s has no reason", name, f.Name)
			}
		}
	}
}

// TestDoctorLooksAtTheDisk: of a store that is not there yet, the directory
// that it will be made in counts.
func TestDoctorLooksAtTheDisk(t *testing.T) {
	dir := t.TempDir()
	free := []string{"--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"}
	r := veltrix(t, nil, append([]string{"doctor", "--store", "bolt:" + dir + "/a/b"}, free...)...)
	for _, word := range []string{"does not exist yet", "disk ", "sync "} {
		if r.code != 0 || !strings.Contains(r.out, word) {
			t.Errorf("no %q: %+v", word, r)
		}
	}
	r = veltrix(t, nil, append([]string{"doctor", "--store", "bolt:/proc/veltrix"}, free...)...)
	if r.code != 1 || !strings.Contains(r.out, "BAD     sync") {
		t.Errorf("%+v", r)
	}
}
