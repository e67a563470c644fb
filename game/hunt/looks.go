package hunt

import "strings"

// Looks is what names that look alike have in common.
func Looks(name string) string { return strings.ReplaceAll(Normal(name), " ", "") }
