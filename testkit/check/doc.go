// Package check compares what players were sent with what the server holds.
//
// It reads a hunt's ledger and board over the HTTP API, never from the store,
// and knows nothing of how the server works. History, ledger and board are
// consistent when all of this holds:
//
//   - the ledger's seq is 1, 2, 3 … without a gap, and a new epoch begins only
//     with an entry "recovered", which says that history was lost;
//   - no entrant has a challenge or a badge twice, other than after a
//     revocation;
//   - every verdict "awarded" is in the ledger under its claim's id, with the
//     same seq, entrant, challenge, points and bonus, and "already" names an
//     award that is in it (where history was lost only the seq may differ);
//   - all verdicts of one claim agree and at most one of them is not a replay;
//   - every award that has the id of a known claim is of that claim's
//     challenge;
//   - every claim ended in a verdict or a final refusal, or may be sent again;
//   - the sum of an entrant's points is the total of its last entry and its
//     points on the board, and the board has every entrant, in order, with its
//     solves and badges.
package check
