package huntfile

import (
	"bytes"
	_ "embed"
)

//go:embed demo.yaml
var demo []byte

// Demo is the hunt file that a server plays when it has no other. It can be solved
// from the page alone.
func Demo() []byte { return bytes.Clone(demo) }
