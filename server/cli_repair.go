package main

import (
	"errors"
	"fmt"
	"time"

	"veltrix/game/bolt/salvage"
	"veltrix/server/config"
)

// repair makes a readable file of a damaged bolt store and says what it kept
// and cut. It reports whether nothing was lost.
func (c *auditCmd) repair(out *streams, kind config.StoreKind, dir string) (whole bool, err error) {
	switch {
	case kind != config.Bolt:
		return false, usageError{errors.New("--repair is for the file of a bolt store; the files of a Redis are its own: redis-check-aof --fix " +
			"makes its append-only file readable, and the servers notice what is missing and begin a new epoch")}
	case len(c.Hunts) > 0:
		return false, usageError{errors.New("--repair is about the whole file; leave out the hunts")}
	}
	done, err := salvage.Repair(dir, time.Now())
	if errors.Is(err, salvage.ErrSound) {
		return false, fmt.Errorf("--repair: %w; nothing was changed. What an audit without --repair reports is not damage of the file", err)
	}
	if err != nil {
		return false, boltError(&c.StoreSettings, err)
	}
	p := printer{w: out.out}
	for i := range done.Hunts {
		for _, line := range keptLines(&done.Hunts[i]) {
			p.line(line)
		}
	}
	switch {
	case done.LostHunts > 0:
		p.line(fmt.Sprintf("Of %d hunts nothing was found.", done.LostHunts))
	case done.LostHunts < 0:
		p.line("How many hunts there were is lost.")
	}
	if done.LostSecrets != 0 {
		p.line("Secrets are lost: a new organizer link, and new tokens for players, are made at the next start unless they are settings.")
	}
	p.line("The file as it was is kept: " + done.Copy)
	if done.Whole() {
		p.line("Nothing was lost.")
	} else {
		p.line("What to do: if a backup has more, stop here and restore that one. Else start the server: a hunt that was cut goes on in a new epoch,")
		p.line("players are told and send their recent claims again, and organizers can grant what is missing. Keep the copy until the hunt is settled.")
	}
	p.line("")
	return done.Whole(), p.err
}

// keptLines says what a repair kept of a hunt.
func keptLines(k *salvage.Kept) []string {
	var lines []string
	switch {
	case k.Entries == 0:
		return []string{fmt.Sprintf("%s: nothing of it could be kept: %s", k.Hunt, k.Why)}
	case k.CutFrom == 0:
		lines = append(lines, fmt.Sprintf("%s: all %d entries are kept", k.Hunt, k.Entries))
	case k.CutTo == 0:
		lines = append(lines, fmt.Sprintf("%s: entries 1 to %d are kept; whether there were more is not known: %s", k.Hunt, k.Entries, k.Why))
	default:
		lines = append(lines, fmt.Sprintf("%s: entries 1 to %d are kept, %d to %d are cut: %s", k.Hunt, k.Entries, k.CutFrom, k.CutTo, k.Why))
	}
	switch {
	case k.LostBeside > 0:
		lines = append(lines, fmt.Sprintf("%s: %d records of names, wrong claims, waiting reviews or counted events are lost", k.Hunt, k.LostBeside))
	case k.LostBeside < 0:
		lines = append(lines, fmt.Sprintf("%s: names, wrong claims, waiting reviews and counted events may be lost", k.Hunt))
	}
	for _, rev := range k.LostRevisions {
		lines = append(lines, fmt.Sprintf("%s: the text of revision %d, no longer in force, is lost", k.Hunt, rev))
	}
	return lines
}
