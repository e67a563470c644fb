package game_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestImports: no package has in its closure what it must do without, however
// it got there. Each rule says why. Tests may import what they like.
func TestImports(t *testing.T) {
	const pure = "the rules are a specification: a function of state, command and time, which anyone can read and run"
	for _, rule := range []struct {
		pkg       string
		forbidden []string // each with all below it
		because   string
	}{
		{"game/rules", []string{"net", "encoding/json", "veltrix/game/actor", "veltrix/hub", "veltrix/server"}, pure},
		{
			"game",
			[]string{"net", "encoding/json", "veltrix/game/actor", "veltrix/game/rules", "veltrix/game/redis", "veltrix/game/bolt", "veltrix/hub", "veltrix/server"},
			"the contract runs nothing, so that whoever keeps or reads it needs nothing else",
		},
		{"game/hunt", []string{"net", "encoding/json", "veltrix/game/hunt/huntfile", "veltrix/hub", "veltrix/server"}, "what a hunt is stands below how its file is read"},
		{"game/actor", []string{"veltrix/hub", "veltrix/server", "veltrix/game/redis", "veltrix/game/bolt"}, "a hunt decides without knowing that sockets exist, whatever keeps it"},
		{"hub", []string{"veltrix/game", "veltrix/server"}, "the hub carries bytes, so that it can be measured and tested without a game"},
		{
			"game/audit",
			[]string{"veltrix/game/rules", "veltrix/game/redis", "veltrix/game/bolt", "veltrix/game/actor", "veltrix/server"},
			"what the audit finds has to be found a second way",
		},
		{
			"server/protocol",
			[]string{"veltrix/game/actor", "veltrix/game/redis", "veltrix/game/bolt", "veltrix/hub", "veltrix/server/play", "veltrix/server/api"},
			"the codec is the load generator's and the test player's, too",
		},
		{"game/redis", []string{"veltrix/game/actor", "veltrix/hub", "veltrix/server", "veltrix/game/bolt"}, "a store is below the engine"},
		{"game/bolt", []string{"veltrix/game/actor", "veltrix/hub", "veltrix/server", "veltrix/game/redis", "veltrix/game/bolt/salvage"}, "a store is below the engine and reads only sound files"},
		{"server", []string{"veltrix/testkit", "veltrix/faults", "veltrix/loadtest"}, "what tests the product is not part of it"},
	} {
		for _, pkg := range closure(t, "veltrix/"+rule.pkg) {
			for _, forbidden := range rule.forbidden {
				if pkg == forbidden || strings.HasPrefix(pkg, forbidden+"/") {
					t.Errorf("%s has %s in its closure: %s", rule.pkg, pkg, rule.because)
				}
			}
		}
	}
}

// TestModules: of other modules the rules, the contract and the definition need
// the one that compares text.
func TestModules(t *testing.T) {
	for _, pkg := range closure(t, "veltrix/game/rules") {
		own := pkg == "veltrix" || strings.HasPrefix(pkg, "veltrix/")
		first, _, _ := strings.Cut(pkg, "/")
		standard := !strings.Contains(first, ".") && !own || first == "vendor"
		if !own && !standard && !strings.HasPrefix(pkg, "golang.org/x/text/") {
			t.Errorf("game/rules has %s in its closure: rules that need a library are not the specification that they should be", pkg)
		}
	}
}

// TestDirectImports: what a package must not use itself, although the libraries
// below it have it.
func TestDirectImports(t *testing.T) {
	for _, rule := range []struct{ pkg, forbidden, because string }{
		{"game/rules", "time", "a rule is a function of the store's time"},
		{"game/rules", "math/rand", "a rule that rolls dice cannot be replayed"},
		{"game/rules", "math/rand/v2", "a rule that rolls dice cannot be replayed"},
		{"game/rules", "os", "rules have no I/O"},
		{"game/rules", "io", "rules have no I/O"},
		{"game/rules", "sync", "a state belongs to one goroutine at a time"},
		{"game/rules", "context", "a rule neither waits nor is given up"},
		{"game/actor", "net/http", "a hunt is reached by requests, whatever brings them"},
		{"game/actor", "net", "a hunt is reached by requests, whatever brings them"},
		{"hub", "encoding/json", "the hub carries bytes that others have encoded"},
		{"server/api", "veltrix/hub", "hub and game meet in server/play alone; main and the settings only wire and bound them"},
		{"server/auth", "veltrix/hub", "hub and game meet in server/play alone; main and the settings only wire and bound them"},
		{"server/play", "veltrix/game/rules", "the gateway decides nothing"},
		{"server/play", "veltrix/game/redis", "the gateway knows the contract of a store, not which one it is"},
		{"server/play", "veltrix/game/bolt", "the gateway knows the contract of a store, not which one it is"},
	} {
		if slices.Contains(list(t, "{{range .Imports}}{{.}} {{end}}", "veltrix/"+rule.pkg), rule.forbidden) {
			t.Errorf("%s imports %s: %s", rule.pkg, rule.forbidden, rule.because)
		}
	}
}

// closure returns the packages that a package depends on.
func closure(t *testing.T, pkg string) []string {
	t.Helper()
	return list(t, "{{range .Deps}}{{.}} {{end}}", pkg)
}

func list(t *testing.T, format, pkg string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", format, pkg).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", pkg, err)
	}
	return strings.Fields(string(out))
}
