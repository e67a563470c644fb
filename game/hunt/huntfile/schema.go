package huntfile

import (
	"bytes"
	_ "embed"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of the hunt file. It describes the
// shape; what refers to something else in the file only Parse can check.
func Schema() []byte { return bytes.Clone(schema) }
