package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ran is what a run of the program did.
type ran struct {
	code        int
	out, errors string
}

func veltrix(t *testing.T, environ []string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, environ, &out, &errs)
	return ran{code, out.String(), errs.String()}
}

// setting returns value and origin of a line of `veltrix config`.
func (r ran) setting(t *testing.T, name string) (value, from string) {
	t.Helper()
	for line := range strings.Lines(r.out) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == name {
			return fields[1], fields[2]
		}
	}
	t.Fatalf("config does not show %s:\n%s%s", name, r.out, r.errors)
	return "", ""
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrecedence(t *testing.T) {
	file := write(t, "veltrix.yaml", "# comment\ndrain: 5s\naddr: 127.0.0.1:1\nops-addr: '127.0.0.1:2'\nmax-sessions: 7\norigins: [a.test, https://b.test]\nhunt: [x.yaml]\n")
	env := []string{"VELTRIX_DRAIN=6s", "VELTRIX_ADDR=127.0.0.1:3", "PATH=/bin", "REDIS_URL=redis://:pass@h:1"}
	r := veltrix(t, env, "config", "--drain", "7s", "--config", file)
	if r.code != 0 {
		t.Fatalf("%+v", r)
	}
	for name, want := range map[string][2]string{
		"drain":        {"7s", "flag"},
		"addr":         {"127.0.0.1:3", "VELTRIX_ADDR"},
		"ops-addr":     {"127.0.0.1:2", file + ":4"},
		"max-sessions": {"7", file + ":5"},
		"origins":      {"a.test,https://b.test", file + ":6"},
		"hunt":         {"x.yaml", file + ":7"},
		"store":        {"redis://:xxxxx@h:1", "REDIS_URL"},
		"ack":          {"fsync", "default"},
		"config":       {file, "flag"},
	} {
		if value, from := r.setting(t, name); value != want[0] || from != want[1] {
			t.Errorf("%s is %s from %s, want %v", name, value, from, want)
		}
	}
	// REDIS_URL only counts when nothing else names a store.
	for _, c := range []struct {
		env  []string
		args []string
		from string
	}{
		{[]string{"VELTRIX_STORE=bolt:x"}, nil, "VELTRIX_STORE"},
		{nil, []string{"--store", "bolt:x"}, "flag"},
		{nil, []string{"--config", write(t, "c.yaml", "store: bolt:x")}, "c.yaml:1"},
	} {
		r := veltrix(t, append(c.env, "REDIS_URL=redis://h"), append([]string{"config"}, c.args...)...)
		if value, from := r.setting(t, "store"); value != "bolt:x" || !strings.HasSuffix(from, c.from) {
			t.Errorf("the store is %s from %s, want from %s", value, from, c.from)
		}
	}
	// No password of the store is shown, wherever it stands.
	secret := "redis-sentinel://u:hush@h?master=m&sentinel_username=s&sentinel_password=hush&addr=i"
	if r := veltrix(t, []string{"REDIS_URL=" + secret}, "config"); strings.Contains(r.out+r.errors, "hush") || r.code != 0 {
		t.Errorf("%+v", r)
	}
	// The file may be named by a variable, and may be empty.
	for _, text := range []string{"", "# nothing\n", "drain: 9s"} {
		r := veltrix(t, []string{"VELTRIX_CONFIG=" + write(t, "e.yaml", text)}, "config")
		if value, _ := r.setting(t, "drain"); r.code != 0 || (value == "9s") != (text == "drain: 9s") {
			t.Errorf("%q: drain is %s: %s", text, value, r.errors)
		}
	}
}

func TestConfigIsComplete(t *testing.T) {
	secret := strings.Repeat("s", 32)
	r := veltrix(t, nil, "config", "--secret", secret, "--organizer-token", "0123456789abcdefg")
	if r.code != 0 || strings.Contains(r.out, secret) || strings.Contains(r.out, "0123456789abcdefg") {
		t.Errorf("a secret is shown: %+v", r)
	}
	var c cli
	k, _, err := parser(&c, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range k.Model.Children[0].Flags {
		if f.Name == "help" {
			continue
		}
		if f.Tag.Get("why") == "" || f.Help == "" {
			t.Errorf("--%s lacks help or the reason of its default", f.Name)
		}
		if !strings.Contains(r.out, "\n"+f.Name) {
			t.Errorf("config does not show %s", f.Name)
		}
	}
	// Every field of the fixed limits is shown with its reason, or is a setting.
	for _, name := range []string{"hub.MaxQueue", "game.Mailbox", "hunt.MaxPoints", "http.MaxBody"} {
		if !strings.Contains(r.out, name) {
			t.Errorf("config does not show %s", name)
		}
	}
}

func TestStrictness(t *testing.T) {
	file := func(text string) []string { return []string{"config", "--config", write(t, "v.yaml", text)} }
	for _, c := range []struct {
		env   []string
		args  []string
		words []string
	}{
		{nil, []string{"--adr", "x"}, []string{"--adr", "--addr"}},
		{nil, []string{"sevre"}, []string{"sevre", "serve"}},
		{[]string{"VELTRIX_ADR=x"}, []string{"config"}, []string{"VELTRIX_ADR", "VELTRIX_ADDR"}},
		{[]string{"VELTRIX_FORCE=1"}, []string{"config"}, []string{"VELTRIX_FORCE"}}, // a question is answered each time
		{[]string{"VELTRIX_DRAIN=soon"}, []string{"config"}, []string{"VELTRIX_DRAIN", "soon"}},
		{[]string{"VELTRIX_DRAIN="}, []string{"config"}, []string{"VELTRIX_DRAIN"}},
		{[]string{"VELTRIX_PORT=80"}, []string{"config"}, []string{"VELTRIX_PORT"}},
		{nil, file("ops_addr: x"), []string{"v.yaml:1", "ops_addr", "ops-addr"}},
		{nil, file("drain: 1s\nquite: other\n"), []string{"v.yaml:2", "quite"}},
		{nil, file("drain: 1s\ndrain: 2s\n"), []string{"v.yaml:2", "drain", "second"}},
		{nil, file("\ndrain: soon\n"), []string{"v.yaml:2", "soon"}},
		{nil, file("drain:\n"), []string{"v.yaml:1", "drain"}},
		{nil, file("addr: {host: x}\n"), []string{"v.yaml:1", "addr"}},
		{nil, file("- addr\n"), []string{"v.yaml:1"}},
		{nil, file("addr: [unclosed\n"), []string{"v.yaml"}},
		{nil, file("config: other.yaml\n"), []string{"config"}},
		{nil, []string{"config", "--config", "nowhere.yaml"}, []string{"--config: ", "nowhere.yaml"}},
		{nil, []string{"serve", "--config", "nowhere.yaml"}, []string{"--config: ", "nowhere.yaml"}},
		{[]string{"VELTRIX_CONFIG=nowhere.yaml"}, []string{"config"}, []string{"--config (from VELTRIX_CONFIG): ", "nowhere.yaml"}},
		{nil, []string{"config", "--addr", "8080"}, []string{"--addr", "HOST:PORT"}},
		{nil, []string{"config", "--addr", "127.0.0.1:99999"}, []string{"--addr", "65535"}},
		{nil, []string{"config", "--addr", "127.0.0.1:9090"}, []string{"--ops-addr", "same"}},
		{nil, []string{"config", "--store", "data"}, []string{"--store", "bolt:data"}},
		{nil, []string{"config", "--store", "bolt:"}, []string{"--store", "bolt:DIR"}},
		{nil, []string{"config", "--store", "bolt://var/x"}, []string{"--store", "bolt:var/x", "bolt:/var/x"}},
		{nil, []string{"config", "--store", "bolt://./x"}, []string{"--store", "bolt:./x"}},
		{nil, []string{"config", "--store", "bolt://"}, []string{"--store", "bolt:DIR"}},
		{[]string{"VELTRIX_STORE=bolt://var/x"}, []string{"config"}, []string{"VELTRIX_STORE", "bolt:/var/x"}},
		{nil, []string{"config", "--store", "bolt:a", "--store", "bolt:b"}, []string{"--store", "twice"}},
		{nil, []string{"config", "--store=bolt:a", "--ack", "fsync", "--store", "bolt:a"}, []string{"--store", "twice"}},
		{nil, []string{"--addr", "127.0.0.1:0", "--addr", "127.0.0.1:1"}, []string{"--addr", "twice"}},
		{nil, []string{"config", "--store", "mysql://x"}, []string{"--store", "mysql"}},
		{nil, []string{"config", "--store", "redis:x"}, []string{"--store", "redis"}},
		{nil, []string{"config", "--store", "redis://x?pool_size=3"}, []string{"--store", "pool_size", "veltrix config"}},
		{nil, []string{"config", "--store", "redis-sentinel://x"}, []string{"--store", "master=NAME"}},
		{nil, []string{"config", "--store", "redis-cluster://x/1"}, []string{"--store", "a cluster has not"}},
		{nil, []string{"config", "--ack", "fsnc"}, []string{"--ack", "fsync"}},
		{nil, []string{"config", "--ack", "replicated"}, []string{"--ack", "bolt"}},
		{[]string{"VELTRIX_SECRET=short"}, []string{"config"}, []string{"--secret", "VELTRIX_SECRET", "32"}},
		{nil, []string{"config", "--organizer-token", "short"}, []string{"--organizer-token", "16"}},
		{nil, []string{"config", "--organizer-token", "white space in a token"}, []string{"--organizer-token"}},
		{nil, []string{"config", "--organizer-token", "0123456789abcdef", "--producer-token", "0123456789abcdef"}, []string{"--producer-token", "--organizer-token"}},
		{nil, []string{"config", "--origins", "https://a.test/path"}, []string{"--origins"}},
		{nil, []string{"config", "--origins", "ftp://a.test"}, []string{"--origins"}},
		{nil, []string{"config", "--trusted-proxies", "10.0.0.0/8,proxy.local"}, []string{"--trusted-proxies", "proxy.local", "10.0.0.0/8"}},
		{nil, []string{"config", "--drain", "0s"}, []string{"--drain"}},
		{nil, []string{"config", "--max-sessions", "0"}, []string{"--max-sessions"}},
		{nil, []string{"config", "--player-rate", "-1"}, []string{"--player-rate"}},
		{nil, []string{"config", "--player-rate", "NaN"}, []string{"--player-rate"}},
		{nil, []string{"config", "--log-level", "loud"}, []string{"--log-level"}},
		{nil, []string{"config", "--log-format", "xml"}, []string{"--log-format"}},
		{nil, []string{"token", "mint", "--name", "Ada"}, []string{"--player"}},
		{nil, []string{"token", "mint", "--player", "a", "--name", "Ada", "--secret", "short"}, []string{"--secret"}},
		{nil, []string{"token", "mint", "--player", "a", "--name", "Ada", "--ttl", "-1s"}, []string{"--ttl"}},
	} {
		r := veltrix(t, c.env, c.args...)
		if r.code != exitUsage {
			t.Errorf("%v %v: exit code %d", c.env, c.args, r.code)
		}
		for _, word := range c.words {
			if !strings.Contains(r.errors, word) {
				t.Errorf("%v %v does not say %q but: %s", c.env, c.args, word, r.errors)
			}
			if strings.Contains(r.errors, "--ack:") && !slices.Contains(c.args, "--ack") {
				t.Errorf("%v %v blames --ack: %s", c.env, c.args, r.errors)
			}
		}
	}
	// Everything that is wrong is said at once.
	r := veltrix(t, nil, "config", "--drain", "0s", "--ack", "x", "--log-level", "y")
	if strings.Count(r.errors, "--") < 3 {
		t.Errorf("only some of what is wrong: %s", r.errors)
	}
	// What a cluster sets near a service called veltrix is nobody's mistake.
	r = veltrix(t, []string{"VELTRIX_PORT=tcp://10.0.0.1:80", "VELTRIX_SERVICE_HOST=10.0.0.1", "VELTRIX_PORT_80_TCP_ADDR=10.0.0.1"}, "config")
	if r.code != 0 {
		t.Errorf("variables of a cluster: %s", r.errors)
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"hunt", "plan", "--help"}} {
		if r := veltrix(t, nil, args...); r.code != 0 || !strings.Contains(r.out, "Usage: veltrix") || r.errors != "" {
			t.Errorf("%v: %+v", args, r)
		}
	}
	if r := veltrix(t, nil, "--help"); !strings.Contains(r.out, "--store") {
		t.Errorf("the help of the program does not name the settings: %s", r.out)
	}
}

func TestVersion(t *testing.T) {
	old := version
	t.Cleanup(func() { version = old })
	version = "v1.2.3"
	var out bytes.Buffer
	if code := run(t.Context(), []string{"version"}, nil, &out, &out); code != 0 || !strings.HasPrefix(out.String(), "veltrix v1.2.3 go") {
		t.Errorf("%d %s", code, out.String())
	}
}
