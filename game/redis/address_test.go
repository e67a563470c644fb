package redis

import (
	"reflect"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		url  string
		want address
	}{
		{"redis://h", address{kind: single, network: "tcp", seeds: []string{"h:6379"}}},
		{"redis://h:7000/3", address{kind: single, network: "tcp", seeds: []string{"h:7000"}, db: 3}},
		{"redis://ada:p%40ss@[::1]:1/", address{kind: single, network: "tcp", seeds: []string{"[::1]:1"}, user: "ada", password: "p@ss"}},
		{"rediss://:pass@h", address{kind: single, network: "tcp", seeds: []string{"h:6379"}, password: "pass", tls: true}},
		{"unix:///run/r.sock?db=2", address{kind: single, network: "unix", seeds: []string{"/run/r.sock"}, db: 2}},
		{"redis-sentinel://u:p@a?master=m&addr=b:2&addr=c&db=1&sentinel_username=su&sentinel_password=sp&tls=1", address{
			kind: sentinel, network: "tcp", seeds: []string{"a:26379", "b:2", "c:26379"}, tls: true, user: "u", password: "p",
			db: 1, master: "m", sentinelUser: "su", sentinelPassword: "sp",
		}},
		{"redis-cluster://u:p@a:1?addr=b&tls=0", address{
			kind: cluster, network: "tcp", seeds: []string{"a:1", "b:6379"}, user: "u", password: "p",
		}},
	} {
		got, err := parseURL(c.url)
		if err != nil || !reflect.DeepEqual(*got, c.want) {
			t.Errorf("%s: %+v, %v", c.url, got, err)
		}
	}
}

func TestWrongAddresses(t *testing.T) {
	for url, says := range map[string]string{
		"http://h":                                        `"http" is unknown`,
		"redis:h":                                         "unknown",
		"redis://":                                        "no host",
		"redis://h/x":                                     `the database "x"`,
		"redis://h/-1":                                    "database",
		"redis://h:0":                                     "no port",
		"redis://h:":                                      "no port",
		"redis://h?max_retries=3":                         `the parameter "max_retries"`,
		"redis://h?db=1":                                  `the parameter "db"`,
		"redis://:SECRET@@h:x":                            "password are written",
		"redis://u:SECR#ET@h":                             "%23",
		"unix://h/path":                                   "no path",
		"unix://":                                         "no path",
		"redis-sentinel://h":                              "lacks master=NAME",
		"redis-sentinel://h?master=":                      "without a value",
		"redis-sentinel://h?master=a&master=b":            "twice",
		"redis-sentinel://h/1?master=a":                   "db=DB",
		"redis-sentinel://h?master=a&tls=yes":             "neither 0 nor 1",
		"redis-sentinel://h?master=a&quorum=2":            "known are master",
		"redis-sentinel://h?master=a&addr=b:x":            "no port",
		"redis-sentinel://h?master=a&db=x":                "database",
		"redis-sentinel://h?master=a&addr=%zz":            "cannot be read",
		"redis-sentinel://h?master=a&sentinel_username=u": "without sentinel_password",
		"redis-cluster://h/1":                             "a cluster has not",
		"redis-cluster://h?master=m":                      "known are addr",
		"redis-cluster://h?addr=a,b":                      "no host",
	} {
		err := CheckURL(url)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", url, err, says)
		} else if strings.Contains(err.Error(), "SECR") {
			t.Errorf("%s: the error shows the password: %v", url, err)
		}
	}
}

// TestEveryOptionHasItsReason: an option that a newer library brings is an
// option that somebody has to decide on.
func TestEveryOptionHasItsReason(t *testing.T) {
	seen := map[string]bool{}
	for _, options := range []any{goredis.Options{}, goredis.FailoverOptions{}, goredis.ClusterOptions{}} {
		of := reflect.TypeOf(options)
		for f := range of.Fields() {
			name := f.Name
			seen[name] = true
			if f.IsExported() && whyLibrary[name] == "" && !strings.HasPrefix(name, cacheOptions) {
				t.Errorf("%s.%s has no reason", of.Name(), name)
			}
		}
	}
	for name := range whyLibrary {
		if !seen[name] {
			t.Errorf("the library has no %s", name)
		}
	}
	names := map[string]bool{}
	for _, s := range append(Settings(), ServerSettings()...) {
		if s.Value == "" || s.Why == "" || names[s.Name] {
			t.Errorf("%+v", s)
		}
		names[s.Name] = true
	}
}

// TestSameOptions: what the three kinds of clients have in common is the same,
// but for the retries, which a cluster client has of its own.
func TestSameOptions(t *testing.T) {
	a := &address{kind: single, network: "tcp", seeds: []string{"h:1"}}
	one := reflect.ValueOf(*singleOptions(a, DefaultTimeout, nil))
	for _, other := range []reflect.Value{reflect.ValueOf(*failoverOptions(a, DefaultTimeout, nil)), reflect.ValueOf(*clusterOptions(a, DefaultTimeout, nil))} {
		for i := range one.NumField() {
			f := one.Type().Field(i)
			v := other.FieldByName(f.Name)
			if !f.IsExported() || !v.IsValid() || f.Name == "MaxRetries" || f.Type.Kind() == reflect.Func {
				continue
			}
			if !reflect.DeepEqual(one.Field(i).Interface(), v.Interface()) {
				t.Errorf("%s: %v and %v", f.Name, one.Field(i), v)
			}
		}
	}
}

// TestAnswersAreDocumented holds the table of docs/operations.md against the
// one that decides.
func TestAnswersAreDocumented(t *testing.T) {
	text := operations(t)
	for _, a := range answers {
		word := a.word
		if word == maxClients {
			word = "max number of clients"
		}
		if !strings.Contains(text, "| `"+word+"` |") {
			t.Errorf("%s is not in the table", word)
		}
	}
}
