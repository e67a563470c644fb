package huntfile

import (
	"bytes"
	_ "embed"
)

//go:embed demo.yaml
var demo []byte

// Demo is the hunt file that is played when there is no other: solvable from
// the page alone.
func Demo() []byte { return bytes.Clone(demo) }
