package redis

import (
	"embed"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

//go:embed lua/*.lua
var pieces embed.FS

// The scripts, each joined from pieces; a piece comes after those that it needs.
// The first line is the shebang: without flags a script may write, and a server
// that cannot take a write refuses it before it runs.
var (
	commitScript = join("#!lua", "keys", within, "entrant", "state", "ledger", within, "worth", "badges", "unlock", "pending",
		"claim", "schedule",
		made("entering"), "enter", end,
		made("organizing"), "organize", "review", end,
		made("restoring"), "restore", end,
		"recover", "commit")
	entrantScript = join("#!lua flags=no-writes", "keys", "entrant", "read_entrant")
	rowsScript    = join("#!lua flags=no-writes", "keys", "read_rows")
	readyScript   = join("#!lua", "ready")
	purgeScript   = join("#!lua", "keys", "purge")
)

// within puts the pieces that follow into a function within the pieces before.
// Every call makes all functions of a script again, and for each local variable
// that one shares with what is around it Lua searches all those that are shared
// already, unless the function around it shares it, too. That would be half of
// what a small batch costs. Lua allows 60 such variables a function.
const within = ""

// made puts the pieces that follow, up to end, into a function of that name,
// which makes theirs when they are needed: most batches are claims alone.
func made(name string) string { return makes + name }

const (
	makes = "function "
	end   = "end"
)

func join(shebang string, names ...string) *goredis.Script {
	return goredis.NewScript(joined(shebang, names...))
}

// joined is the text of a script.
func joined(shebang string, names ...string) string {
	var b strings.Builder
	b.WriteString(shebang)
	b.WriteByte('\n')
	open := 0
	for _, name := range names {
		if name == within {
			b.WriteString("return (function()\n")
			open++
			continue
		}
		if function, begins := strings.CutPrefix(name, makes); begins {
			b.WriteString("local function " + function + "()\n")
			continue
		}
		if name == end {
			b.WriteString("end\n")
			continue
		}
		text, err := pieces.ReadFile("lua/" + name + ".lua")
		if err != nil {
			panic(err) // embedded: only a wrong name above
		}
		for line := range strings.Lines(string(text)) {
			// Comments stay in the repository: every restart of the server has
			// the script sent again.
			if trimmed := strings.TrimSpace(line); trimmed != "" && !strings.HasPrefix(trimmed, "--") {
				b.WriteString(withNumbers(line))
			}
		}
	}
	b.WriteString(strings.Repeat("end)()\n", open))
	return b.String()
}
