package storetest

import (
	"encoding/json"
	"fmt"
	"slices"

	"veltrix/game/rules"
)

// Past is what a Reference knew of a hunt at some moment.
type Past struct{ rec *record }

// Remember copies what the store knows of a hunt, so that it can be made to
// forget what comes after.
func (r *Reference) Remember(id string) Past {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Past{copyOf(r.hunts[id])}
}

// Forget puts the store's knowledge of a hunt back to a Past; the zero Past is
// nothing at all. Nonces of later commits differ from those that are forgotten.
func (r *Reference) Forget(id string, then Past) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if then.rec == nil {
		delete(r.hunts, id)
		return
	}
	r.hunts[id] = copyOf(then.rec)
}

func copyOf(rec *record) *record {
	if rec == nil {
		return nil
	}
	flat := *rec.state
	flat.Definition = nil // never changed, so it is shared
	text, err := json.Marshal(flat)
	state := rules.New()
	if err == nil {
		err = json.Unmarshal(text, state)
	}
	if err != nil {
		panic(fmt.Sprintf("a state is not plain data: %v", err))
	}
	state.Definition = rec.state.Definition
	return &record{state: state, ledger: slices.Clone(rec.ledger)}
}
