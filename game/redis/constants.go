package redis

import (
	"fmt"
	"regexp"
	"strconv"

	"veltrix/game"
	"veltrix/game/hunt"
)

// constants are the numbers that the scripts share with Go. A script has the
// name, in capitals with an underscore; join puts the number in its place, so
// that it costs the script nothing.
var constants = map[string]int64{
	"MAX_POINTS":     hunt.MaxPoints,
	"RECENT_CLAIMS":  game.RecentClaims,
	"MAX_GIVEN":      game.MaxGiven,
	"RECENT_ANSWERS": game.RecentAnswers,

	// game.Score is points times BOARD_POINT plus BOARD_TIE less the tie.
	"BOARD_POINT": game.Score(1, 0) - game.Score(0, 0),
	"BOARD_TIE":   game.Score(0, 0),

	"META_FORMAT": metaFormat,

	"BRAKE_FREE":   hunt.BrakeFree,
	"BRAKE_WINDOW": hunt.BrakeWindow,
	"BRAKE_FIRST":  hunt.BrakeFirst,
	"BRAKE_MOST":   hunt.BrakeMost,
	"BRAKE_QUIET":  hunt.BrakeQuiet,

	"MARK_CHANGED": 1,
	"MARK_SAVED":   2,
	"MARK_RANKED":  3,

	"OUT_BANNED": outBanned,
	"OUT_HIDDEN": outHidden,

	"AWARD_FIRST":   flagFirst,
	"AWARD_REVOKED": flagRevoked,
	"AWARD_BADGES":  flagBadges,

	"ENTRY_JOINED":      numJoined,
	"ENTRY_AWARDED":     numAwarded,
	"ENTRY_BADGED":      numBadged,
	"ENTRY_HINTED":      numHinted,
	"ENTRY_ADJUSTED":    numAdjusted,
	"ENTRY_REVOKED":     numRevoked,
	"ENTRY_PHASED":      numPhased,
	"ENTRY_ANNOUNCED":   numAnnounced,
	"ENTRY_DEFINED":     numDefined,
	"ENTRY_RECOVERED":   numRecovered,
	"ENTRY_BANNED":      numBanned,
	"ENTRY_UNBANNED":    numUnbanned,
	"ENTRY_HIDDEN":      numHidden,
	"ENTRY_SHOWN":       numShown,
	"ENTRY_RENAMED":     numRenamed,
	"ENTRY_DIVIDED":     numDivided,
	"ENTRY_MOVED":       numMoved,
	"ENTRY_EXTENDED":    numExtended,
	"ENTRY_SKIPPED":     numSkipped,
	"ENTRY_UNSKIPPED":   numUnskipped,
	"ENTRY_STARTED":     numStarted,
	"ENTRY_SUBMITTED":   numSubmitted,
	"ENTRY_REJECTED":    numRejected,
	"ENTRY_PENALISED":   numPenalised,
	"ENTRY_FINISHED":    numFinished,
	"ENTRY_DELETED":     numDeleted,
	"ENTRY_UNDELETED":   numUndeleted,
	"ENTRY_WITH_BY":     withBy,
	"ENTRY_WITH_ORIGIN": withOrigin,
}

var constantName = regexp.MustCompile(`\b[A-Z]+(_[A-Z]+)+\b`)

// withNumbers puts the numbers of constants in the place of their names.
func withNumbers(line string) string {
	return constantName.ReplaceAllStringFunc(line, func(name string) string {
		n, known := constants[name]
		if !known {
			panic(fmt.Sprintf("no constant %s", name)) // embedded: only a wrong name in a piece
		}
		return strconv.FormatInt(n, 10)
	})
}
