package huntfile

import (
	"slices"
	"strings"
	"testing"
)

// secondCases are parts of hunt files and everything that is to be said about
// each. A part stands for the keys of a hunt before its challenges, or with
// challenges: for those as well. Challenges a, b and c follow where it has none.
var secondCases = []struct {
	name, part string
	want       []string
}{
	{
		"team size in a solo hunt", "team: {size: 4}",
		[]string{
			`3:7: warning: team: A hunt for single players has no teams. Write mode: team, or leave this out.`,
		},
	},
	{
		"team without a size", "mode: team\nteam: {}",
		[]string{
			`4:7: error: team: The rule for teams needs the key size. Add size: here.`,
		},
	},
	{
		"team of none", "mode: team\nteam: {size: 0}",
		[]string{
			`4:14: error: team.size: 0 is out of range. Write a number from 1 to 1000.`,
		},
	},
	{
		"listed is text", "listed: maybe",
		[]string{
			`3:9: error: listed: True or false belongs here, not text. Write true or false.`,
		},
	},
	{
		"names of another kind", "names: uniq",
		[]string{
			`3:8: error: names: "uniq" is not known here. Write one of: unique, free.`,
		},
	},
	{
		"link without https", `links: {privacy: "http://example.org"}`,
		[]string{
			`3:18: error: links.privacy: This is not the address of a page. Write it whole, such as https://example.org/privacy.`,
		},
	},
	{
		"link to nowhere", `links: {imprint: "https:///x"}`,
		[]string{
			`3:18: error: links.imprint: This is not the address of a page. Write it whole, such as https://example.org/privacy.`,
		},
	},
	{
		"limit without a unit", "limit: 90",
		[]string{
			`3:8: error: limit: A duration has a unit. Write 90s for seconds or 90m for minutes.`,
		},
	},
	{
		"limit longer than the window", "opens: 2026-12-01T10:00:00Z\ncloses: 2026-12-01T11:00:00Z\nlimit: 90m",
		[]string{
			`5:8: warning: limit: The limit is longer than the hunt is open, which is 1 hour. Write a shorter limit, or let the hunt close later.`,
		},
	},
	{"practice without closes", "practice: true", nil},
	{
		"division twice", "divisions: [{id: x, title: X}, {id: x, title: Y}]",
		[]string{
			`3:37: error: divisions[1].id: Another division has the id x, in line 3. Write another id, such as x-2.`,
		},
	},
	{
		"divisions with one title", "divisions: [{id: x, title: X}, {id: y, title: x}]",
		[]string{
			`3:47: warning: divisions[1].title: The division x has this title, too. Write another title, or players cannot choose.`,
		},
	},
	{
		"divisions with one code", "divisions: [{id: x, title: X, code: LANTERN}, {id: y, title: Y, code: lan tern}]",
		[]string{
			`3:71: error: divisions[1].code: The division x has this code, too. Write another code.`,
		},
	},
	{
		"division with the join code", "join_code: LANTERN\ndivisions: [{id: x, title: X, code: lantern}]",
		[]string{
			`4:37: error: divisions[0].code: This is the hunt's join_code, which everybody knows who joins. Write another code.`,
		},
	},
	{
		"short codes", "join_code: \"1234\"\ndivisions: [{id: x, title: X, code: AB}]",
		[]string{
			`3:12: note: join_code: A code like this: with the brake on guessing, trying all takes about 8 hours. Leave it, or write a longer one.`,
			`4:37: note: divisions[0].code: A code like this: with the brake on guessing, trying all takes about 33 minutes. Leave it, or write a longer one.`,
		},
	},
	{
		"division without a title", "divisions: [{id: x}]",
		[]string{
			`3:13: error: divisions[0]: A division needs the key title. Add title: here.`,
		},
	},
	{
		"many divisions", "divisions: [" + strings.Repeat("{id: x, title: X}, ", 21) + "]",
		[]string{
			`3:12: error: divisions: The list has 21 elements. Keep at most 20.`,
		},
	},
	{
		"one stop", "routes: {challenges: [a]}",
		[]string{
			`3:22: error: routes.challenges: The list has 1 element. Write at least 2.`,
		},
	},
	{
		"stop twice", "routes: {challenges: [a, a]}",
		[]string{
			`3:26: error: routes.challenges[1]: "a" comes twice in this list. Keep one of the two.`,
		},
	},
	{
		"unknown stop", "routes: {challenges: [a, bb]}",
		[]string{
			`3:26: error: routes.challenges[1]: No challenge has the id bb. Did you mean b?`,
		},
	},
	{
		"routes by chance", "routes: {challenges: [a, b], by: chance}",
		[]string{
			`3:34: error: routes.by: "chance" is not known here. Write one of: rotate, shuffle.`,
		},
	},
	{
		"stop that requires a stop", "routes: {challenges: [a, b]}\n" + abc("", "requires: [a]", ""),
		[]string{
			`3:26: error: routes.challenges[1]: The stop b waits for a, another stop: whoever comes to b first is stuck. Take it out of the routes, or take out what it requires.`,
		},
	},
	{
		"stop that requires a stop through another", "routes: {challenges: [a, b]}\n" + abc("", "requires: [c]", "requires: {challenges: [a]}"),
		[]string{
			`3:26: error: routes.challenges[1]: The stop b waits for a, another stop: whoever comes to b first is stuck. Take it out of the routes, or take out what it requires.`,
		},
	},
	{
		"stop that requires something else", "routes: {challenges: [a, b]}\n" + abc("", "requires: {challenges: [a, c], any: 1}", ""),
		[]string{
			`3:26: warning: routes.challenges[1]: The stop b requires something besides: a route stands still there until that is met. Take out what it requires, unless everybody has it before.`,
		},
	},
	{
		"stop that closes", "routes: {challenges: [a, b]}\n" + abc("closes: 2026-12-01T11:00:00Z", "", ""),
		[]string{
			`3:23: warning: routes.challenges[0]: The stop a closes before the hunt: whoever has not passed it by then is stuck. Leave its closes out.`,
		},
	},
	{
		"finish without a text", "finish: {when: {solves: 1}}",
		[]string{
			`3:9: error: finish: The finish needs the key text. Add text: here.`,
		},
	},
	{
		"finish that nobody meets", "finish: {text: F, when: {solves: 4}}",
		[]string{
			`3:34: error: finish.when.solves: Nobody can finish: the hunt has 3 challenges. Write at most 3.`,
		},
	},
	{
		"finish with a badge's condition", "finish: {text: F, when: {place: 1}}",
		[]string{
			`3:33: error: finish.when.place: place belongs to badges. Leave it out.`,
		},
	},
	{
		"finish from the start", "finish: {text: F}\n" + abc("optional: true", "optional: true", "optional: true"),
		[]string{
			`3:9: warning: finish: Every challenge is optional, so everybody has finished from the start. Add when, or take optional out where something is needed.`,
		},
	},
	{
		"finish too late", "limit: 30m\nfinish: {text: F, when: {after: 30m}}",
		[]string{
			`4:33: error: finish.when.after: Nobody can finish: it is possible only 30 minutes after the start, and playing takes at most 30 minutes. Write a shorter time.`,
		},
	},
	{
		"requires a number", abc("requires: 3", "", ""),
		[]string{
			`4:33: error: challenges[0].requires: What a challenge requires is a list of challenges or a condition, not a number. Write [a, b] for challenges that must all be solved, or {solves: 3}.`,
		},
	},
	{
		"requires nothing", abc("requires: {}", "", ""),
		[]string{
			`4:33: error: challenges[0].requires: A condition for unlocking has at least one condition. Write, for example, {solves: 3} or {after: 15m}.`,
		},
	},
	{
		"requires itself by condition", abc("requires: {challenges: [a, b], any: 1}", "requires: {challenges: [b]}", ""),
		[]string{
			`4:47: error: challenges[0].requires.challenges[0]: It requires itself. Take it out.`,
			`5:47: error: challenges[1].requires.challenges[0]: It requires itself. Take it out.`,
		},
	},
	{
		"requires what is unknown", abc("requires: {challenges: [z, b], any: 1}", "requires: {challenges: [y]}", ""),
		[]string{
			`4:47: error: challenges[0].requires.challenges[0]: No challenge has the id z. Write one of: a, b, c.`,
			`5:47: error: challenges[1].requires.challenges[0]: No challenge has the id y. Write one of: a, b, c.`,
		},
	},
	{
		"requires in a circle", abc("requires: {challenges: [b]}", "requires: [c]", "requires: {challenges: [a], any: 1}"),
		[]string{
			`4:47: error: challenges[0].requires.challenges[0]: These wait for each other: a → b → c → a. Take one of the requires out.`,
		},
	},
	{
		"requires too many", abc("requires: {solves: 3}", "requires: {challenges: [a, c], any: 3}", "requires: {firsts: 3, streak: 4}"),
		[]string{
			`4:42: error: challenges[0].requires.solves: Nobody can unlock this challenge: the hunt has 2 other challenges. Write at most 2.`,
			`5:59: error: challenges[1].requires.any: Nobody can unlock this challenge: challenges lists 2 challenges. Write at most 2.`,
			`6:42: error: challenges[2].requires.firsts: Nobody can unlock this challenge: the hunt has 2 other challenges. Write at most 2.`,
			`6:53: error: challenges[2].requires.streak: Nobody can unlock this challenge: the hunt has 2 other challenges to be right about. Write at most 2.`,
		},
	},
	{
		"requires too many points", abc("requires: {points: 21}", "", ""),
		[]string{
			`4:42: error: challenges[0].requires.points: Nobody can unlock this challenge: without it there are at most 20 points. Write at most 20.`,
		},
	},
	{
		"requires a category that only it has", abc("category: sea, requires: {solves: 1, category: sea}", "", ""),
		[]string{
			`4:70: error: challenges[0].requires.category: Nobody can unlock this challenge: no other challenge has the category "sea". Take it out.`,
		},
	},
	{
		"conditions that wait for each other", abc("requires: {solves: 2}", "requires: {points: 20}", ""),
		[]string{
			`4:33: error: challenges[0].requires: Nobody can unlock this challenge: without it at most 1 challenge can be solved, for 10 points. Require less.`,
			`5:33: error: challenges[1].requires: Nobody can unlock this challenge: without it at most 1 challenge can be solved, for 10 points. Require less.`,
		},
	},
	{"any of what waits", abc("requires: {challenges: [b, c], any: 1}", "requires: {challenges: [a, c], any: 2}", ""), nil},
	{
		"requires a time beyond the hunt", "opens: 2026-12-01T10:00:00Z\ncloses: 2026-12-01T11:00:00Z\n" + abc("requires: {after: 1h}", "", ""),
		[]string{
			`6:41: error: challenges[0].requires.after: Nobody can unlock this challenge: it is possible only 1 hour after the start, and playing takes at most 1 hour. Write a shorter time.`,
		},
	},
	{
		"requires a time beyond its window", "opens: 2026-12-01T10:00:00Z\n" + abc("requires: {after: 1h}, closes: 2026-12-01T11:00:00Z", "requires: [a], closes: 2026-12-01T10:30:00Z", ""),
		[]string{
			`5:41: error: challenges[0].requires.after: The challenge is unlocked at 2026-12-01T11:00:00Z, when it has closed. Write a shorter time, or let this challenge close later.`,
			`6:34: error: challenges[1].requires[0]: a cannot be solved before 2026-12-01T11:00:00Z, when this challenge has closed. Take it out, or let this challenge close later.`,
		},
	},
	{
		"conditions of badges", abc("requires: {within: 5m}", "requires: {solves: 1, manual: true}", "requires: {place: 1, division: x}"),
		[]string{
			`4:42: error: challenges[0].requires.within: within belongs to badges. Leave it out.`,
			`5:53: error: challenges[1].requires.manual: manual belongs to badges. Leave it out.`,
			`6:41: error: challenges[2].requires.place: place belongs to badges. Leave it out.`,
			`6:54: error: challenges[2].requires.division: division belongs to badges. Leave it out.`,
		},
	},
	{
		"after in a badge", "badges: [{id: x, title: X, when: {after: 5m}}]",
		[]string{
			`3:42: error: badges[0].when.after: after belongs to requires and finish. Leave it out.`,
		},
	},
	{
		"division without a place", "badges: [{id: x, title: X, when: {solves: 1, division: y}}]",
		[]string{
			`3:56: error: badges[0].when.division: division says on which board the place counts, and place is missing. Add place: 1.`,
		},
	},
	{
		"place in an unknown division", "divisions: [{id: x, title: X}]\nbadges: [{id: x, title: X, when: {place: 1, division: xx}}]",
		[]string{
			`4:55: error: badges[0].when.division: No division has the id xx. Did you mean x?`,
		},
	},
	{"penalty for what an organizer rejects", abc("penalty: 5, proof: {review: {prompt: P}}", "", ""), nil},
	{
		"penalty for an event", abc("penalty: 5, proof: {event: {type: x}}", "", ""),
		[]string{
			`4:32: warning: challenges[0].penalty: The penalty has no effect: no claim of this challenge is wrong. Leave it out.`,
		},
	},
	{
		"penalty larger than the points", abc("penalty: 11", "", ""),
		[]string{
			`4:32: warning: challenges[0].penalty: A wrong claim costs more than the challenge gives, which is 10 points. Write a smaller penalty.`,
		},
	},
	{
		"penalty below zero", abc("penalty: -1", "", ""),
		[]string{
			`4:32: error: challenges[0].penalty: -1 is out of range. Write a number from 0 to 4194303.`,
		},
	},
	{
		"points by time without per", abc("points: {initial: 9, minimum: 1, decay: 1, function: time}", "", ""),
		[]string{
			`4:31: error: challenges[0].points: A value that falls with time needs per, the time in which it loses decay. For a value that falls with time write {initial: 500, minimum: 100, decay: 5, per: 1m, function: time}.`,
		},
	},
	{
		"points by time without decay", abc("points: {initial: 9, minimum: 1, per: 1m, function: time}", "", ""),
		[]string{
			`4:31: error: challenges[0].points: A value that falls needs minimum, decay and function; decay is missing. Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}.`,
		},
	},
	{
		"per without time", abc("points: {initial: 9, minimum: 1, decay: 4, per: 1m, function: linear}", "points: {initial: 9, per: 1m}", ""),
		[]string{
			`4:71: error: challenges[0].points.per: per belongs to function: time. For a value that falls with time write {initial: 500, minimum: 100, decay: 5, per: 1m, function: time}.`,
			`5:31: error: challenges[1].points: A value that falls needs minimum, decay and function; minimum is missing. Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}.`,
			`5:31: error: challenges[1].points: A value that falls needs minimum, decay and function; decay is missing. Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}.`,
			`5:31: error: challenges[1].points: A value that falls needs minimum, decay and function; function is missing. Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}.`,
		},
	},
	{
		"minimum above the initial value by time", abc("points: {initial: 9, minimum: 10, decay: 1, per: 1m, function: time}", "", ""),
		[]string{
			`4:53: error: challenges[0].points.minimum: The minimum is above the initial value. Write at most 9.`,
		},
	},
	{
		"points that never fall", "limit: 1h\n" + abc("points: {initial: 9, minimum: 1, decay: 1, per: 1h, function: time}", "", ""),
		[]string{
			`5:71: warning: challenges[0].points.per: The value never falls: playing takes at most 1 hour. Write a shorter time, or points: 9.`,
		},
	},
	{
		"judged points without a review", abc("points: {up_to: 10}", "", ""),
		[]string{
			`4:39: error: challenges[0].points.up_to: Nobody decides how many points this is worth: its proof is not reviewed. Write points: 10, or a review as the proof.`,
		},
	},
	{
		"judged points that fall", abc("points: {up_to: 10, initial: 5}, proof: {review: {prompt: P}}", "", ""),
		[]string{
			`4:39: error: challenges[0].points.up_to: Points that an organizer decides on have no other key. Keep up_to alone, or leave it out.`,
		},
	},
	{
		"reply that is right", abc("replies: [{text: [fish, \"Birch!\"], say: S}], proof: {text: birch}", "", ""),
		[]string{
			`4:47: warning: challenges[0].replies[0].text[1]: This answer is right, so nobody reads the reply. Take it out.`,
			`5:49: warning: challenges[1].proof.text: This answer is right for a too, in line 4. Change one of the two, or players solve both with one find.`,
		},
	},
	{
		"reply that matches the right answer", abc("replies: [{regex: \"18[0-9]+\", say: S}], attempts: {max: 5}, proof: {text: \"1874\"}", "", ""),
		[]string{
			`4:41: note: challenges[0].replies[0].regex: The pattern matches the right answer "1874", too. That stays right. Leave it, or write a narrower pattern.`,
		},
	},
	{
		"reply to a pattern's answer", abc("replies: [{text: gates, say: S}], proof: {regex: \"gates?\"}", "", ""),
		[]string{
			`4:40: warning: challenges[0].replies[0].text: This answer is right, so nobody reads the reply. Take it out.`,
		},
	},
	{
		"reply to everything", abc("replies: [{regex: \".*\", say: S}]", "", ""),
		[]string{
			`4:41: warning: challenges[0].replies[0].regex: The pattern matches every answer, so that no wrong one costs anything or is slowed down. Write what the answer has to contain.`,
		},
	},
	{
		"reply twice", abc("replies: [{text: fish, say: S}, {text: Fish, say: T}]", "", ""),
		[]string{
			`4:62: warning: challenges[0].replies[1].text: An earlier reply answers this. Take it out of one of the two.`,
		},
	},
	{
		"reply to a choice", abc("replies: [{text: p, say: S}], attempts: {max: 1}, proof: {choice: {options: [p, q], answer: q}}", "", ""),
		[]string{
			`4:32: error: challenges[0].replies: Only answers in text, numbers and codes have replies. Leave them out.`,
		},
	},
	{
		"reply to numbers", abc("replies: [{text: [\"41\", many, \"42.0\"], say: S}], attempts: {max: 3}, proof: {number: {value: 42}}", "", ""),
		[]string{
			`4:47: error: challenges[0].replies[0].text[1]: The answers to this challenge are numbers. Write one, such as "42".`,
			`4:53: warning: challenges[0].replies[0].text[2]: This answer is right, so nobody reads the reply. Take it out.`,
		},
	},
	{
		"reply to both", abc("replies: [{text: fish, regex: f.*, say: S}]", "replies: [{say: S}]", "replies: [{text: fish}]"),
		[]string{
			`4:33: error: challenges[0].replies[0]: A reply is to answers in text, or to those that a regex matches. Write one of the two, such as {text: fish, say: Warm.}.`,
			`5:33: error: challenges[1].replies[0]: A reply is to answers in text, or to those that a regex matches. Write one of the two, such as {text: fish, say: Warm.}.`,
			`6:33: error: challenges[2].replies[0]: A reply needs the key say. Add say: here.`,
		},
	},
	{
		"reply with a bad pattern", abc("replies: [{regex: \"(\", say: S}]", "", ""),
		[]string{
			`4:41: error: challenges[0].replies[0].regex: The regular expression is wrong: missing closing ): "(". Write it in the syntax of RE2, which knows neither lookaround nor back references.`,
		},
	},
	{
		"replies with large patterns", abc("replies: [{regex: \"(x{1,20}y?){15}z\", say: S}, {regex: \"(x{1,20}y?){15}\", say: S}]", "", ""),
		[]string{
			`4:32: error: challenges[0].replies: The regular expressions of these replies are too large together. Repeat fewer times; they may have 1000 steps.`,
		},
	},
	{
		"hint beyond the hunt", "limit: 1h\n" + abc("hints: [{id: h, text: T, after: 2h}]", "", ""),
		[]string{
			`5:55: error: challenges[0].hints[0].after: Nobody can have this hint: playing takes at most 1 hour. Write a shorter time.`,
		},
	},
	{
		"answers that nobody can type", abc("proof: {text: [\"\\ue000\", \"\\u0301\", \"\\ufffdx\", \"a\\u0378\", \"na\\u00efve\", \"\\u200bfine\"]}", "proof: {text: \"a\\u200bb\", exact: true}", "proof: {code: \"\\ue001 7QWERTYUIOP\"}"),
		[]string{
			`4:38: warning: challenges[0].proof.text[0]: Nobody can type this answer: it has U+E000, a character for private use. Write what players type.`,
			`4:48: warning: challenges[0].proof.text[1]: Nobody can type this answer: it has accents without a letter. Write what players type.`,
			`4:58: warning: challenges[0].proof.text[2]: Nobody can type this answer: it has U+FFFD, which stands for a character that was lost. Write what players type.`,
			`4:69: warning: challenges[0].proof.text[3]: Nobody can type this answer: it has U+0378, which is no character. Write what players type.`,
			`5:37: warning: challenges[1].proof.text: Nobody can type this answer: it has U+200B, which cannot be seen, and exact compares it. Write what players type.`,
			`6:37: warning: challenges[2].proof.code: Nobody can type this answer: it has U+E001, a character for private use. Write what players type.`,
		},
	},
	{
		"answers of nothing", abc("proof: {text: \"\\u200b\"}", "proof: {code: \"\\u00ad\\u2060\"}", "replies: [{text: \"\\u200b\", say: S}]"),
		[]string{
			`4:37: error: challenges[0].proof.text: Nothing of this answer can be seen, so nobody can give it. Write what players type.`,
			`5:37: error: challenges[1].proof.code: Nothing of this answer can be seen, so nobody can give it. Write what players type.`,
			`6:40: error: challenges[2].replies[0].text: Nothing of this answer can be seen, so nobody can give it. Write what players type.`,
		},
	},
	{
		"four digits", abc("proof: {text: \"1874\"}", "proof: {code: 12 34}", "proof: {number: {value: 1874}}"),
		[]string{
			`4:37: note: challenges[0].proof.text: 4 digits: with the brake on guessing, trying all takes about 8 hours. Leave it, or add attempts: {max: 5}.`,
			`5:37: note: challenges[1].proof.code: 4 digits: with the brake on guessing, trying all takes about 8 hours. Leave it, or add attempts: {max: 5}.`,
			`6:39: note: challenges[2].proof.number: 4 digits: with the brake on guessing, trying all takes about 8 hours. Leave it, or add attempts: {max: 5}.`,
		},
	},
	{
		"number with a tolerance", abc("proof: {number: {value: 1874, tolerance: 50}}", "proof: {number: {value: -12.34}}", "proof: {number: {value: 7}}"),
		[]string{
			`4:39: note: challenges[0].proof.number: 99 numbers that the tolerance tells apart: with the brake on guessing, trying all takes about 4 minutes. Leave it, or add attempts: {max: 5}.`,
			`5:39: note: challenges[1].proof.number: 4 digits: with the brake on guessing, trying all takes about 8 hours. Leave it, or add attempts: {max: 5}.`,
			`6:39: note: challenges[2].proof.number: 1 digit: all can be tried at once. Leave it, or add attempts: {max: 5}.`,
		},
	},
	{
		"guesses that are slowed down", abc("attempts: {max: 3}, proof: {text: \"1874\"}", "attempts: {cooldown: 10s}, proof: {text: \"1874\"}", "proof: {text: \"18741874\"}"),
		[]string{
			`5:64: warning: challenges[1].proof.text: This answer is right for a too, in line 4. Change one of the two, or players solve both with one find.`,
			`5:64: note: challenges[1].proof.text: 4 digits: with the cooldown, trying all takes about 1 day and 4 hours. Leave it, or add attempts: {max: 5}.`,
		},
	},
	{
		"combinations", abc("proof: {choice: {options: [p, q, r], answer: [p, q]}}", "proof: {choice: {options: [a, b, c, d, e, f, g, h], answer: [a]}}", ""),
		[]string{
			`4:39: note: challenges[0].proof.choice: 7 combinations: all can be tried at once. Leave it, or add attempts: {max: 5}.`,
			`5:39: note: challenges[1].proof.choice: 255 combinations: with the brake on guessing, trying all takes about 12 minutes. Leave it, or add attempts: {max: 5}.`,
		},
	},
	{
		"options that are numbers", abc("attempts: {max: 1}, proof: {choice: {options: [1, 2, 3], answer: 2}}", "proof: {text: 1874}", "tags: [1, 2], proof: {text: [1, true]}"),
		[]string{
			`4:70: error: challenges[0].proof.choice.options[0]: Text belongs here, not a number. Put it in quotes: "1".`,
			`4:73: error: challenges[0].proof.choice.options[1]: Text belongs here, not a number. Put it in quotes: "2".`,
			`4:76: error: challenges[0].proof.choice.options[2]: Text belongs here, not a number. Put it in quotes: "3".`,
			`4:88: error: challenges[0].proof.choice.answer: Text belongs here, not a number. Put it in quotes: "2".`,
			`5:37: error: challenges[1].proof.text: Text belongs here, not a number. Put it in quotes: "1874".`,
			`6:30: error: challenges[2].tags[0]: Text belongs here, not a number. Put it in quotes: "1".`,
			`6:33: error: challenges[2].tags[1]: Text belongs here, not a number. Put it in quotes: "2".`,
			`6:52: error: challenges[2].proof.text[0]: Text belongs here, not a number. Put it in quotes: "1".`,
			`6:55: error: challenges[2].proof.text[1]: Text belongs here, not true or false. Put it in quotes: "true".`,
		},
	},
	{
		"colon in a text", "description: Act 1: the gate",
		[]string{
			`3:19: error: A second colon stands in this line, or this line is indented too far. Put a text with a colon in quotes, such as title: "Act 1: the gate". Begin the keys of one thing in one column.`,
		},
	},
	{
		"colon in a text in braces", "finish: {text: Act 1: the gate}",
		[]string{
			`3:21: error: The braces { } are not closed, a comma is missing, or a text in them has a colon. Look here and just before. Put a text with a colon, a comma or a bracket in quotes, such as {title: "Act 1: the gate"}.`,
		},
	},
	{
		"text with an asterisk", "description: *Bold* words",
		[]string{
			`3:14: error: A text without quotes cannot begin with an asterisk. Put the text in quotes, such as description: "*Bold* words".`,
		},
	},
	{
		"text with a sign", "description: @home",
		[]string{
			`3:14: error: A text without quotes cannot begin with this character. Put the text in quotes, such as title: "@home". Indent with spaces, not with tabs.`,
		},
	},
	{
		"tab", "team:\n\tsize: 4",
		[]string{
			`4:1: error: A text without quotes cannot begin with this character. Put the text in quotes, such as title: "@home". Indent with spaces, not with tabs.`,
		},
	},
	{
		"quote that is not closed", "description: \"A",
		[]string{
			`8:1: error: A quote that was opened is not closed before the end of the file. Close it with " or ' where its text ends.`,
		},
	},
	{
		"key without a colon", "description A\nlisted: true",
		[]string{
			`4:1: error: A colon after a key is missing here or just before. Write key: value, with a space after the colon.`,
		},
	},
	{
		"escape that is none", "description: \"a\\q\"",
		[]string{
			`3:16: error: In double quotes \ begins an escape, and this is none. Write \\ for a backslash, or put the text in single quotes.`,
		},
	},
	{
		"key in another column", "team:\n   size: 4\n  listed: true",
		[]string{
			`5:3: error: This line does not fit to the lines before. Begin the keys of one thing in one column, and each element of a list with a dash. Look for a missing quote or bracket just before.`,
		},
	},
	{
		"text that is too long", "finish: {text: " + strings.Repeat("x", 20_001) + "}",
		[]string{
			`3:16: error: finish.text: The text has 20001 characters. Keep it within 20000.`,
		},
	},
}

// abc is three challenges, each with keys that replace or follow its own.
func abc(a, b, c string) string {
	var out strings.Builder
	out.WriteString("challenges:\n")
	for i, keys := range []string{a, b, c} {
		id := "abc"[i : i+1]
		line := "id: " + id + ", title: " + strings.ToUpper(id)
		if !strings.HasPrefix(keys, "points: ") {
			keys += ", points: 10"
		}
		if !strings.Contains(keys, "proof: ") {
			keys += ", proof: {text: " + []string{"ash", "birch", "cedar"}[i] + "}"
		}
		out.WriteString("  - {" + line + ", " + strings.TrimPrefix(keys, ", ") + "}\n")
	}
	return out.String()
}

func secondFile(part string) string {
	file := "hunt: h\ntitle: T\n" + part + "\n"
	if !strings.Contains(part, "challenges:\n") {
		file += abc("", "", "")
	}
	return file
}

func TestFindingsOfTheSecondEdition(t *testing.T) {
	for _, tc := range secondCases {
		t.Run(tc.name, func(t *testing.T) {
			d, findings := Parse([]byte(secondFile(tc.part)))
			var got []string
			for _, f := range findings {
				got = append(got, f.String())
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tc.want, "\n\t"))
			}
			if (d == nil) != findings.Failed() {
				t.Errorf("definition %v, failed %v", d != nil, findings.Failed())
			}
		})
	}
}
