package web

import (
	"maps"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"veltrix/game/hunt"
	"veltrix/server/protocol"
)

// typedef is the fields of a type in js/types: true for those that may be absent.
type typedef map[string]bool

var (
	block    = regexp.MustCompile(`(?s)/\*\*(.*?)\*/`)
	object   = regexp.MustCompile(`@typedef \{object\} (\w+)`)
	inline   = regexp.MustCompile(`(?s)@typedef \{(.*)\} (\w+)`)
	property = regexp.MustCompile(`@property \{(.*)\} (\[?)(\w+)\]?`)
	member   = regexp.MustCompile(`(\w+)(\??): (\w|')`)
	nested   = regexp.MustCompile(`: \{[^{}]*\}`)
)

// typedefs parses the object types of a file of js/types. Fields that are typed
// as undefined are left out: they only tell one type of a union from another.
func typedefs(t *testing.T, name string) map[string]typedef {
	t.Helper()
	source, err := files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]typedef{}
	for _, m := range block.FindAllStringSubmatch(string(source), -1) {
		fields := typedef{}
		if d := object.FindStringSubmatch(m[1]); d != nil {
			found[d[1]] = fields
			for _, p := range property.FindAllStringSubmatch(m[1], -1) {
				if p[1] != "undefined" {
					fields[p[3]] = p[2] != ""
				}
			}
		} else if d := inline.FindStringSubmatch(m[1]); d != nil {
			found[d[2]] = fields
			flat := nested.ReplaceAllString(strings.ReplaceAll(d[1], "?: undefined", ""), ": x")
			for _, p := range member.FindAllStringSubmatch(flat, -1) {
				fields[p[1]] = p[2] != ""
			}
		}
	}
	return found
}

// TestTypesAreThoseOfTheProtocol compares the types that tsc checks the page
// against with what the server encodes: the same fields, absent as often.
func TestTypesAreThoseOfTheProtocol(t *testing.T) {
	types := typedefs(t, "js/types/protocol.js")
	for _, test := range []struct {
		message any
		names   string // of the types that have the message's fields together
		same    bool   // whether the same fields may be absent: not where one message has several types
	}{
		{protocol.Welcome{}, "WelcomeMessage", true},
		{protocol.Pong{}, "PongMessage", true},
		{protocol.Left{}, "LeftMessage", true},
		{protocol.Joined{}, "Snapshot JoinedMessage", false},
		{protocol.You{}, "Personal", true},
		{protocol.Solved{}, "Solved", true},
		{protocol.Held{}, "Held", true},
		{protocol.Hint{}, "BoughtHint", true},
		{protocol.Attempt{}, "Attempts", true},
		{protocol.Pending{}, "Pending", true},
		{protocol.OwnTeam{}, "Team", true},
		{protocol.Member{}, "Member", true},
		{protocol.TeamNow{}, "TeamMessage", true},
		{protocol.Started{}, "StartedMessage", true},
		{protocol.Extended{}, "ExtendedMessage", true},
		{protocol.Unlocked{}, "UnlockedMessage", true},
		{protocol.Reviewed{}, "ReviewedMessage", true},
		{protocol.Finished{}, "FinishedMessage", true},
		{protocol.Change{}, "ChangeMessage", true},
		{hunt.Public{}, "Definition", true},
		{hunt.PublicDivision{}, "Division", true},
		{hunt.PublicChallenge{}, "Challenge", true},
		{hunt.PublicPoints{}, "Points", true},
		{hunt.PublicHint{}, "Hint", true},
		{hunt.PublicBadge{}, "Badge", true},
		{hunt.Condition{}, "Condition", true},
		{protocol.Verdict{}, "VerdictHead VerdictAward AwardedVerdict AlreadyVerdict WrongVerdict NearVerdict RightVerdict " +
			"LockedVerdict ClosedVerdict CooldownVerdict", false},
		{protocol.Hinted{}, "HintedMessage", true},
		{protocol.Award{}, "AwardMessage", true},
		{protocol.Badge{}, "BadgeMessage", true},
		{protocol.Correction{}, "AdjustedMessage RevokedMessage PenalisedMessage", true},
		{protocol.Phase{}, "PhaseMessage", true},
		{protocol.Notice{}, "NoticeMessage", true},
		{protocol.Definition{}, "DefinitionMessage", true},
		{protocol.Reset{}, "ResetMessage", true},
		{protocol.Standing{}, "StandingMessage", true},
		{protocol.Board{}, "BoardMessage", true},
		{protocol.Row{}, "Row", true},
		{protocol.Worth{}, "Worth", true},
		{protocol.Ticker{}, "TickerMessage", true},
		{protocol.Event{}, "TickerEvent", true},
		{protocol.Error{}, "ErrorMessage", true},
		{protocol.Since{}, "Since", true},
		{protocol.Request{}, "HelloRequest JoinRequest WatchRequest ClaimRequest HintRequest StartRequest", false},
	} {
		got, want := typedef{}, typedef{}
		for name := range strings.FieldsSeq(test.names) {
			if types[name] == nil {
				t.Errorf("js/types/protocol.js has no %s", name)
			}
			maps.Copy(got, types[name])
		}
		for field := range reflect.TypeOf(test.message).Fields() {
			name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			want[name] = options != ""
		}
		if !test.same {
			for _, fields := range []typedef{got, want} {
				for name := range fields {
					fields[name] = false
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s has %v, and %T has %v", test.names, got, test.message, want)
		}
	}
}
