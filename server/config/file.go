package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"veltrix/internal/nearest"
)

// maxConfig is many times a file with every setting in it.
const maxConfig = 64 << 10

// configFile is what the file of --config says.
type configFile struct {
	name   string
	values map[string]fileValue
}

type fileValue struct {
	value any // string, or []any of strings
	line  int
}

// readConfigFile reads a YAML mapping of settings to values. Keys are the
// names of flags; an unknown or repeated one is an error with its line.
func readConfigFile(name string, known []string) (*configFile, error) {
	src, err := ReadBounded(name, maxConfig)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	c := &configFile{name: name, values: map[string]fileValue{}}
	var root yaml.Node
	err = yaml.Load(src, &root, yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(8))))
	if isEmptyYAML(src, err) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	top := &root
	if top.Kind == yaml.DocumentNode && len(top.Content) == 1 {
		top = top.Content[0]
	}
	if top.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: this is not a mapping; write one setting a line, such as addr: 0.0.0.0:8080", name, max(1, top.Line))
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, node := top.Content[i], top.Content[i+1]
		if !slices.Contains(known, key.Value) {
			return nil, fmt.Errorf("%s:%d: the key %q is unknown; %s", name, key.Line, key.Value, nearest.Hint(key.Value, known))
		}
		if _, twice := c.values[key.Value]; twice {
			return nil, fmt.Errorf("%s:%d: the key %s stands here a second time; take one out", name, key.Line, key.Value)
		}
		value, err := fileScalar(node)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", name, node.Line, key.Value, err)
		}
		c.values[key.Value] = fileValue{value, node.Line}
	}
	return c, nil
}

func fileScalar(n *yaml.Node) (any, error) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		return n.Value, nil
	case n.Kind == yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			if c.Kind != yaml.ScalarNode || c.Tag == "!!null" {
				return nil, errors.New("a list holds plain values only")
			}
			list = append(list, c.Value)
		}
		return list, nil
	}
	return nil, errors.New("there is no value; write one or take the key out")
}

// isEmptyYAML reports whether a file says nothing: blank or only comments.
func isEmptyYAML(src []byte, err error) bool {
	if err == nil {
		return false
	}
	for line := range bytes.Lines(src) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// ReadBounded reads a file of at most limit bytes; - is standard input.
func ReadBounded(name string, limit int64) (_ []byte, err error) {
	f := os.Stdin
	if name != "-" {
		if f, err = os.Open(name); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
	}
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(src)) > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return src, nil
}
