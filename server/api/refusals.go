package api

import "veltrix/game"

// refusedFor are sentences for refusals of organizers' commands that would be
// unclear in the words that all commands share.
var refusedFor = map[game.CommandType]map[string]string{
	game.CmdGrant:  {game.WhyHas: "the entrant has it already"},
	game.CmdRevoke: {game.WhyHasNot: "the entrant does not have it"},
	game.CmdBan:    {game.WhyHas: "the entrant is banned already", game.WhyHasNot: "the entrant is not banned"},
	game.CmdHide:   {game.WhyHas: "the entrant is hidden already", game.WhyHasNot: "the entrant is not hidden"},
	game.CmdSkip:   {game.WhyHas: "the challenge is skipped already", game.WhyHasNot: "the challenge is not skipped"},
	game.CmdDelete: {game.WhyHasNot: "the hunt is not in the bin"},
	game.CmdDivide: {game.WhyDivision: "the hunt has no such division"},
	game.CmdExtend: {game.WhyPhase: "the hunt is closed; to give more time, open it again"},
	game.CmdMove: {
		game.WhyHas: "the player is in that team already", game.WhyMode: "the hunt is not played in teams",
		"": "the player is in no team, or there is no such team",
	},
}

// refuseCommand makes the problem for a reply that refuses an organizer's command.
func refuseCommand(c *game.Command, r game.Reply) *problem {
	p := refuseReply(r)
	if text := refusedFor[c.Type][r.Why]; text != "" && r.Code != game.CodeUnknownHunt {
		p.Detail = text
	}
	return p
}
