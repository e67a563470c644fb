package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"veltrix/game/redis"
	"veltrix/server/config"
)

type configCmd struct {
	config.Settings
}

// Run implements the command. It prints first and then says what is wrong, so
// that the table shows where a bad value comes from.
func (c *configCmd) Run(k *kong.Context, out *streams, from *config.Sources) error {
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	p := printer{w: w}
	p.line("SETTING", "VALUE", "FROM", "WHY THE DEFAULT")
	for _, f := range k.Selected().Flags {
		if f.Name != "help" {
			p.line(f.Name, shown(f), from.Of(f.Name), f.Tag.Get("why"))
		}
	}
	p.line("", "", "", "")
	p.line("FIXED", "VALUE", "", "")
	for _, f := range c.Fixed() {
		p.line(f.Name, fmt.Sprint(f.Value), "", f.Why)
	}
	for _, s := range redis.Settings() {
		p.line(s.Name, s.Value, "", s.Why)
	}
	p.line("", "", "", "")
	p.line("REDIS SHOULD HAVE", "VALUE", "", "")
	for _, s := range redis.ServerSettings() {
		p.line(s.Name, s.Value, "", s.Why)
	}
	if p.err != nil {
		return p.err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := c.Validate(from); err != nil {
		return usageError{err}
	}
	return nil
}

// printer writes lines of a table until one fails.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(cells ...string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
}

// shown is the value of a flag as text; secrets only say that they are there.
func shown(f *kong.Flag) string {
	v := f.Target
	switch {
	case f.Tag.Get("secret") != "":
		if v.String() == "" {
			return "(none)"
		}
		return fmt.Sprintf("(set, %d characters)", v.Len())
	case f.Name == "store":
		return config.Redact(v.String())
	case v.Kind() == reflect.Slice:
		if v.Len() == 0 {
			return "(none)"
		}
		list := make([]string, v.Len())
		for i := range list {
			list[i] = v.Index(i).String()
		}
		return strings.Join(list, ",")
	case v.Kind() == reflect.String && v.String() == "":
		return "(none)"
	}
	return fmt.Sprint(v.Interface())
}
