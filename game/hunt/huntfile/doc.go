// Package huntfile reads hunt files: it parses one, says everything that is
// wrong or odd with it, and says what applying it would change. It has its name
// from what it reads, so that call sites say huntfile.Parse and
// huntfile.Findings beside hunt.Definition.
//
// It stands apart from package hunt so that what judges and decides depends on
// neither YAML nor JSON.
//
// Guarantees:
//   - Parse returns a definition exactly when no finding is an error, and every
//     finding has a line, a column, a message and a remedy.
//   - What Parse accepted once, ParseStored reads for ever.
//   - Nothing panics, and the work is bounded: a new file by hunt.MaxFile, the
//     findings by MaxFindings, the matching of patterns by a budget. No alias is
//     followed.
//   - The same bytes always become the same definition, and Definition.Source
//     holds them unchanged.
//   - The keys that Parse knows are those of Schema and those that Diff
//     compares.
package huntfile
