package hunt

import (
	"bytes"
	_ "embed"
)

//go:embed demo.yaml
var demo []byte

// Demo is the hunt file that is played when there is no other: solvable from
// the page alone.
func Demo() []byte { return bytes.Clone(demo) }

// YAML is the hunt file as it was given, answers included.
func (d *Definition) YAML() []byte { return d.Source }
