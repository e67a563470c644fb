package huntfile

import (
	"bytes"
	_ "embed"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of the hunt file. It describes the shape of
// the file; only Parse can check references within it.
func Schema() []byte { return bytes.Clone(schema) }
