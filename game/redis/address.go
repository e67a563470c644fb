package redis

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// topology is how the servers of a Redis belong together.
type topology string

const (
	single   topology = "single"
	sentinel topology = "sentinel"
	cluster  topology = "cluster"
)

// address is what a store's URL says.
type address struct {
	kind    topology
	network string   // tcp or unix
	seeds   []string // host:port of Redis, of the Sentinels, of some nodes of a cluster; or a path
	tls     bool

	user, password string
	db             int

	// Only with Sentinel.
	master, sentinelUser, sentinelPassword string
}

// scheme is a kind of URL: how it is written, and the names that may follow
// the question mark.
type scheme struct {
	kind    topology
	form    string
	port    string
	unknown string // what is said about other parameters
	allowed []string
}

var schemes = map[string]scheme{
	"redis":  {single, "redis://[USER:PASSWORD@]HOST[:6379][/DB]", "6379", "it takes no parameters: every setting of the connection is chosen, see veltrix config", nil},
	"rediss": {single, "rediss://[USER:PASSWORD@]HOST[:6379][/DB]", "6379", "it takes no parameters: every setting of the connection is chosen, see veltrix config", nil},
	"unix":   {single, "unix://[USER:PASSWORD@]/PATH/TO/SOCKET[?db=DB]", "", "known is db", []string{"db"}},
	"redis-sentinel": {
		sentinel, "redis-sentinel://[USER:PASSWORD@]HOST[:26379]?master=NAME[&addr=HOST:PORT…]", "26379",
		"known are master, addr (repeat it), db, sentinel_username, sentinel_password and tls",
		[]string{"master", "addr", "db", "sentinel_username", "sentinel_password", "tls"},
	},
	"redis-cluster": {
		cluster, "redis-cluster://[USER:PASSWORD@]HOST[:6379][?addr=HOST:PORT…]", "6379",
		"known are addr (repeat it) and tls",
		[]string{"addr", "tls"},
	},
}

// CheckURL returns an error that says what is wrong with a store's URL and how
// it is written. It never repeats a password.
func CheckURL(text string) error {
	_, err := parseURL(text)
	return err
}

func parseURL(text string) (*address, error) {
	name, _, _ := strings.Cut(text, "://")
	s, ok := schemes[name]
	if !ok {
		return nil, fmt.Errorf("the scheme %q is unknown; use redis, rediss, unix, redis-sentinel or redis-cluster", name)
	}
	a, err := s.parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w; write %s", err, s.form)
	}
	return a, nil
}

func (s scheme) parse(text string) (*address, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The text of an url.Error holds the URL and with it the password.
		if whole, ok := errors.AsType[*url.Error](err); ok {
			err = whole.Err
		}
		if strings.Contains(err.Error(), "userinfo") || strings.Contains(err.Error(), "port") {
			return nil, errors.New("cannot be read; characters such as @ / : # % in a password are written %40 %2F %3A %23 %25")
		}
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if u.Fragment != "" {
		return nil, errors.New("has a #; in a password it is written %23")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errors.New("has parameters that cannot be read")
	}
	a := &address{kind: s.kind, network: "tcp", tls: u.Scheme == "rediss", user: u.User.Username()}
	a.password, _ = u.User.Password()
	if err := a.parameters(s, query); err != nil {
		return nil, err
	}
	if u.Scheme == "unix" {
		if u.Host != "" || u.Path == "" {
			return nil, errors.New("has no path")
		}
		a.network, a.seeds = "unix", []string{u.Path}
		return a, nil
	}
	first, err := seed(u.Host, s.port)
	if err != nil {
		return nil, err
	}
	a.seeds = append([]string{first}, a.seeds...)
	return a, a.path(u.Path)
}

// path reads the number of the database.
func (a *address) path(path string) (err error) {
	path = strings.TrimPrefix(path, "/")
	switch {
	case path == "":
		return nil
	case a.kind == cluster:
		return errors.New("names a database, which a cluster has not")
	case a.kind == sentinel:
		return errors.New("has a path; a database is given as db=DB")
	}
	a.db, err = database(path)
	return err
}

func (a *address) parameters(s scheme, query url.Values) error {
	for name, values := range query {
		if !slices.Contains(s.allowed, name) {
			return fmt.Errorf("has the parameter %q; %s", name, s.unknown)
		}
		if name != "addr" && len(values) > 1 {
			return fmt.Errorf("has the parameter %q twice", name)
		}
		if slices.Contains(values, "") {
			return fmt.Errorf("has the parameter %q without a value", name)
		}
	}
	a.master = query.Get("master")
	if s.kind == sentinel && a.master == "" {
		return errors.New("lacks master=NAME, the name that the Sentinels know the primary by")
	}
	a.sentinelUser, a.sentinelPassword = query.Get("sentinel_username"), query.Get("sentinel_password")
	if a.sentinelUser != "" && a.sentinelPassword == "" {
		return errors.New("has sentinel_username without sentinel_password")
	}
	switch query.Get("tls") {
	case "", "0":
	case "1":
		a.tls = true
	default:
		return errors.New("has a tls that is neither 0 nor 1")
	}
	if db := query.Get("db"); db != "" {
		var err error
		if a.db, err = database(db); err != nil {
			return err
		}
	}
	for _, text := range query["addr"] {
		addr, err := seed(text, s.port)
		if err != nil {
			return err
		}
		a.seeds = append(a.seeds, addr)
	}
	return nil
}

func database(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("names the database %q, which is not a number", text)
	}
	return n, nil
}

// seed completes host or host:port.
func seed(text, port string) (string, error) {
	host := strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	if h, p, err := net.SplitHostPort(text); err == nil {
		host, port = h, p
	} else if strings.Contains(text, ":") && !strings.HasPrefix(text, "[") {
		return "", fmt.Errorf("has no HOST:PORT in %q", text)
	}
	if host == "" || strings.ContainsAny(host, "/?, @") {
		return "", fmt.Errorf("has no host in %q", text)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("has no port in %q", text)
	}
	return net.JoinHostPort(host, port), nil
}
