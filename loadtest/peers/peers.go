// Package peers has what people would build a treasure hunt with instead of
// Veltrix, and what the load generator needs to know about it. Each folder is a
// program; package wire speaks its protocol.
//
// All programs keep a hunt in Redis by the same script, under the keys that
// LedgerKey and its like return.
package peers

import (
	_ "embed"
)

// Award is the script with which all peers award.
//
//go:embed award.lua
var Award string

// LedgerKey is a stream with one entry for each award.
func LedgerKey(hunt string) string { return key(hunt, "ledger") }

// BoardKey is a sorted set of the entrants: points·2³¹ + 2³¹−1 − the seq of the
// last award.
func BoardKey(hunt string) string { return key(hunt, "board") }

// EntrantKey is a hash: "points", and a field for each challenge awarded.
func EntrantKey(hunt, entrant string) string { return key(hunt, "e:"+entrant) }

func key(hunt, name string) string { return "{" + hunt + "}:" + name }
