package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"veltrix/internal/nearest"
)

// Sources finds the values of flags that the command line does not give, and
// remembers where each came from. It is kong's resolver, for one command line.
type Sources struct {
	environ map[string]string
	file    *configFile // of --config, read when the first flag is resolved
	from    map[string]string
	broken  error // of the file
}

var _ kong.Resolver = (*Sources)(nil)

// NewSources returns the sources of an environment (as of os.Environ).
func NewSources(environ []string) *Sources {
	s := &Sources{environ: map[string]string{}, from: map[string]string{}}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		s.environ[name] = value
	}
	return s
}

// Validate implements kong.Resolver. Whatever is unknown was found before.
func (s *Sources) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver.
func (s *Sources) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Name == "help" || onlyFlag(flag) {
		return nil, nil
	}
	if flag.Name != "config" && s.file == nil {
		s.broken = s.openFile(ctx) // kong would blame this flag for it
	}
	value, from := s.lookup(flag.Name)
	if value == nil {
		return nil, nil
	}
	if err := fits(flag, value); err != nil {
		return nil, fmt.Errorf("from %s: %w", from, err)
	}
	s.from[flag.Name] = from
	return value, nil
}

// FileError is what is wrong with the file of --config, nil for nothing. It is known
// once the command line has been parsed.
func (s *Sources) FileError() error {
	if s.broken == nil {
		return nil
	}
	return SettingError(s, "config", s.broken.Error())
}

func (s *Sources) lookup(name string) (value any, from string) {
	if v, ok := s.environ[variable(name)]; ok {
		return v, variable(name)
	}
	if name != "config" {
		if v, ok := s.file.values[name]; ok {
			return v.value, fmt.Sprintf("%s:%d", s.file.name, v.line)
		}
	}
	if v, ok := s.environ["REDIS_URL"]; ok && name == "store" && v != "" {
		return v, "REDIS_URL"
	}
	return nil, ""
}

// fits parses the value as the flag will, so that an error can say where it came
// from.
func fits(flag *kong.Flag, value any) error {
	target := reflect.New(flag.Target.Type()).Elem()
	return flag.Parse(kong.Scan().PushTyped(value, kong.FlagValueToken), target)
}

// openFile reads the file of --config or VELTRIX_CONFIG, if the command has
// such a flag and one is given.
func (s *Sources) openFile(ctx *kong.Context) error {
	s.file = &configFile{}
	name := ""
	for _, p := range ctx.Path {
		for _, f := range p.Flags {
			if f.Name == "config" {
				name = s.environ[variable("config")]
				if given := ctx.FlagValue(f); given != nil && given != "" {
					name = fmt.Sprint(given)
				}
			}
		}
	}
	if name == "" {
		return nil
	}
	file, err := readConfigFile(name, Names(ctx.Model))
	if err != nil {
		return err
	}
	s.file = file
	return nil
}

// NoteFlags remembers what the command line itself gave.
func (s *Sources) NoteFlags(ctx *kong.Context) {
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved {
			s.from[p.Flag.Name] = "flag"
		}
	}
}

// Of says where a setting came from: a variable, a line of the file, flag or
// default.
func (s *Sources) Of(name string) string {
	if from, ok := s.from[name]; ok {
		return from
	}
	return "default"
}

// platform matches variables that Kubernetes sets by itself in every container
// near a service that is called veltrix.
var platform = regexp.MustCompile(`^VELTRIX_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP)(_.*)?)=|^VELTRIX_PORT=(tcp|udp)://`)

// CheckEnvironment is an error when a VELTRIX_* variable means nothing.
func (s *Sources) CheckEnvironment(app *kong.Application) error {
	known := []string{}
	walkFlags(app.Node, func(f *kong.Flag) {
		if !onlyFlag(f) {
			known = append(known, variable(f.Name))
		}
	})
	names := make([]string, 0, len(s.environ))
	for name := range s.environ {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if strings.HasPrefix(name, variablePrefix) && !slices.Contains(known, name) &&
			!platform.MatchString(name+"="+s.environ[name]) {
			return fmt.Errorf("the variable %s is unknown; %s", name, nearest.Hint(name, known))
		}
	}
	return nil
}

// onlyFlag reports whether no variable stands for the flag, by its tag source:"flag":
// a question is answered each time, and not once for all.
func onlyFlag(f *kong.Flag) bool { return f.Tag.Get("source") == "flag" }

func walkFlags(n *kong.Node, f func(*kong.Flag)) {
	for _, flag := range n.Flags {
		if flag.Name != "help" {
			f(flag)
		}
	}
	for _, child := range n.Children {
		walkFlags(child, f)
	}
}

// Names are the flags of serve, which are the keys of the file.
func Names(app *kong.Application) []string {
	names := []string{}
	for _, child := range app.Children {
		if child.Name == "serve" {
			walkFlags(child, func(f *kong.Flag) {
				if f.Name != "config" {
					names = append(names, f.Name)
				}
			})
		}
	}
	return names
}

// variable is the name of the variable for a flag.
func variable(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

const variablePrefix = "VELTRIX_"
