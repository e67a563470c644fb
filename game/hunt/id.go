package hunt

// maxID bounds the characters of an id.
const maxID = 64

// ValidID reports whether a hunt, a challenge, a badge or a hint can have this
// id: 1 to 64 of a-z, 0-9 and -. Such an id is safe in paths of URLs, names of
// files and keys of stores.
func ValidID(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
