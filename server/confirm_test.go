package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestConfirm: only a yes of a person is one.
func TestConfirm(t *testing.T) {
	for _, c := range []struct {
		typed    string
		terminal bool
		ok       bool
		says     string
	}{
		{"y\n", true, true, ""},
		{" YES \n", true, true, ""},
		{"yes", true, true, ""}, // and then the terminal ends
		{"n\n", true, false, "nothing has changed"},
		{"\n", true, false, "nothing has changed"},
		{"yess\n", true, false, "nothing has changed"},
		{"", true, false, "--yes"},
		{"y\n", false, false, "--yes"},
	} {
		var asked bytes.Buffer
		s := &streams{in: strings.NewReader(c.typed), terminal: c.terminal, err: &asked}
		err := s.confirm("Apply it?")
		if (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q at a terminal %t: %v", c.typed, c.terminal, err)
		}
		if c.terminal != strings.Contains(asked.String(), "Apply it? [y/N]") {
			t.Errorf("%q at a terminal %t: asked %q", c.typed, c.terminal, &asked)
		}
	}
}
