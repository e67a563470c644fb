package huntfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MaxFindings bounds what Parse reports of one file. One more finding for each
// severity then says how many were left out.
const MaxFindings = 200

// Severity says what a finding means for the file.
type Severity string

// A file with an error is not a hunt; a file with warnings is. A note says
// something about a file that may well be meant so.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

// Finding is one thing that is wrong, or odd, in a hunt file.
type Finding struct {
	Line     int      `json:"line"`   // from 1
	Column   int      `json:"column"` // from 1, in characters
	Severity Severity `json:"severity"`
	Path     string   `json:"path"` // such as challenges[2].proof.text; empty for the file
	Message  string   `json:"message"`
	Remedy   string   `json:"remedy"` // what to write instead
}

// String is the finding in one line, as compilers print theirs.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d:%d: %s: ", f.Line, f.Column, f.Severity)
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	b.WriteString(f.Message)
	if f.Remedy != "" {
		b.WriteString(" " + f.Remedy)
	}
	return b.String()
}

// Findings is what Parse found, in the order of the file.
type Findings []Finding

// Failed reports whether any finding is an error.
func (fs Findings) Failed() bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Severity == SeverityError })
}

// String is the findings, one a line.
func (fs Findings) String() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

type position struct{ line, column int }

func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.line, q.line), cmp.Compare(p.column, q.column))
}

// notes gathers findings and knows the position of every value of the file.
type notes struct {
	at     map[string]position // by path
	list   Findings
	failed bool // there is no definition
	// objected says that there was an error, also when it became a warning.
	objected bool
	// lenient makes warnings of errors.
	lenient bool
	// omitted counts, by severity, the findings after the list was full.
	omitted map[Severity]int
}

func newNotes() *notes {
	return &notes{at: map[string]position{}, omitted: map[Severity]int{}}
}

func (n *notes) add(at position, severity Severity, path, message, remedy string) {
	if severity == SeverityError {
		n.objected = true
		if n.lenient {
			severity = SeverityWarning
		} else {
			n.failed = true
		}
	}
	if n.full() {
		n.omitted[severity]++
		return
	}
	n.list = append(n.list, Finding{
		Line: max(at.line, 1), Column: max(at.column, 1), Severity: severity,
		Path: path, Message: message, Remedy: remedy,
	})
}

// fatal adds an error of a file out of which no definition can be made.
func (n *notes) fatal(at position, message, remedy string) {
	n.lenient = false
	n.add(at, SeverityError, "", message, remedy)
}

// full reports that no more findings are listed, so that they need no words.
func (n *notes) full() bool { return len(n.list) >= MaxFindings }

// place is the position of a path. A value that the file leaves out has the
// position of the mapping that lacks it.
func (n *notes) place(path string) position {
	for p := path; ; {
		if at, ok := n.at[p]; ok {
			return at
		}
		cut := strings.LastIndexAny(p, ".[")
		if cut < 0 {
			return n.at[""]
		}
		p = p[:cut]
	}
}

func (n *notes) wrong(path, message, remedy string) {
	n.add(n.place(path), SeverityError, path, message, remedy)
}

func (n *notes) odd(path, message, remedy string) {
	n.add(n.place(path), SeverityWarning, path, message, remedy)
}

func (n *notes) remark(path, message, remedy string) {
	n.add(n.place(path), SeverityNote, path, message, remedy)
}

// findings returns everything that was gathered, in the order of the file.
func (n *notes) findings() Findings {
	slices.SortStableFunc(n.list, func(a, b Finding) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	for _, severity := range []Severity{SeverityError, SeverityWarning, SeverityNote} {
		if k := n.omitted[severity]; k > 0 {
			n.list = append(n.list, Finding{
				Line: 1, Column: 1, Severity: severity,
				Message: fmt.Sprintf("Not shown: %s.", count(k, "more "+string(severity))),
				Remedy:  "Correct these first.",
			})
		}
	}
	return n.list
}
