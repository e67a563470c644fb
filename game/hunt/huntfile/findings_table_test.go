package huntfile

import "strings"

// findingCases are hunt files and everything that is to be said about each.
var findingCases = []struct {
	name, file string
	want       []string
}{
	{
		"empty file",
		``,
		[]string{
			`1:1: error: The file is empty. Begin with hunt: and the id of the hunt.`,
		},
	},
	{
		"only a comment",
		`# soon
`,
		[]string{
			`1:1: error: The file is empty. Begin with hunt: and the id of the hunt.`,
		},
	},
	{
		"not a mapping",
		`- a
`,
		[]string{
			`1:1: error: A hunt is a mapping of keys to values, not a list. Write key: value pairs.`,
		},
	},
	{
		"syntax",
		`hunt: h
title: [T
challenges: x
`,
		[]string{
			`3:11: error: The brackets [ ] are not closed, a comma is missing, or a text in them has a colon. Look here and just before. Put a text with a colon, a comma or a bracket in quotes, such as ["Act 1: the gate"].`,
		},
	},
	{
		"unknown alias",
		`hunt: h
title: T
challenges: *c
`,
		[]string{
			`3:13: error: A text without quotes cannot begin with an asterisk. Put the text in quotes, such as description: "*Bold* words".`,
		},
	},
	{
		"several documents",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
---
hunt: h
title: T
`,
		[]string{
			`5:1: error: A second document begins here. Keep one hunt in a file and take out the lines --- and ... .`,
		},
	},
	{
		"not UTF-8",
		"hunt: h\ntitle: T\ndescription: caf\xe9\n",
		[]string{
			`3:17: error: Here stands a byte that is not UTF-8. Save the file as plain text in UTF-8.`,
		},
	},
	{
		"control character in the file",
		"hunt: h\ntitle: \x01\n",
		[]string{
			`2:8: error: Here stands the control character U+0001. Save the file as plain text in UTF-8.`,
		},
	},
	{
		"escaped control character",
		"hunt: h\ntitle: \"T\\x07\"\nchallenges:\n  - {id: a, title: A, points: 10, proof: {text: x}}\n",
		[]string{
			`2:8: error: title: The text has a control character. Leave it out.`,
		},
	},
	{
		"nested too deep",
		"hunt: h\ntitle: T\nchallenges: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n",
		[]string{
			`3:29: error: The file is nested more than 16 levels deep. No key of a hunt needs that.`,
		},
	},
	{
		"duplicate key",
		`hunt: h
title: T
title: U
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:1: error: The key "title" comes twice. Keep one of the two.`,
		},
	},
	{
		"key that is a list",
		`hunt: h
title: T
? [a]
: b
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:3: error: A key is text, not a list. Write the name of a key before the colon.`,
		},
	},
	{
		"alias",
		`hunt: h
title: &t T
description: *t
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:14: error: A hunt file has no aliases. Write the value out.`,
		},
	},
	{
		"merge key",
		`hunt: h
title: T
challenges:
  - &base {id: a, title: A, points: 10, proof: {text: x}}
  - {<<: *base, id: b}
`,
		[]string{
			`5:10: error: A hunt file has no aliases. Write the value out.`,
		},
	},
	{
		"tag of its own",
		`hunt: h
title: !shout T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`2:8: error: title: Text belongs here, not a value with a tag of its own. Put it in quotes: "T".`,
		},
	},
	{
		"missing keys",
		`description: D
`,
		[]string{
			`1:1: error: A hunt needs the key hunt. Add hunt: here.`,
			`1:1: error: A hunt needs the key title. Add title: here.`,
			`1:1: error: A hunt needs the key challenges. Add challenges: here.`,
		},
	},
	{
		"missing keys of a challenge",
		`hunt: h
title: T
challenges:
  - {id: a}
`,
		[]string{
			`4:5: error: challenges[0]: A challenge needs the key title. Add title: here.`,
			`4:5: error: challenges[0]: A challenge needs the key points. Add points: here.`,
			`4:5: error: challenges[0]: A challenge needs the key proof. Add proof: here.`,
		},
	},
	{
		"unknown key with a near name",
		`hunt: h
title: T
descripton: D
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:1: error: descripton: A hunt has no key "descripton". Did you mean description?`,
		},
	},
	{
		"unknown key of another tool",
		`hunt: h
title: T
challenges:
  - {id: a, name: A, title: A, value: 10, points: 10, proof: {text: x}}
`,
		[]string{
			`4:13: error: challenges[0].name: A challenge has no key "name". Did you mean title?`,
			`4:32: error: challenges[0].value: A challenge has no key "value". Did you mean points?`,
		},
	},
	{
		"unknown key that is like nothing",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {wingspan: 3}}
`,
		[]string{
			`6:30: error: badges[0].when.wingspan: The rule of a badge has no key "wingspan". Write one of: solves, category, tag, challenges, any, points, firsts, streak, within, after, place, division, manual.`,
		},
	},
	{
		"null title",
		`hunt: h
title:
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`2:7: error: title: Text belongs here, not nothing. Write text.`,
		},
	},
	{
		"number as a title",
		`hunt: h
title: 1874
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`2:8: error: title: Text belongs here, not a number. Put it in quotes: "1874".`,
		},
	},
	{
		"blank title",
		`hunt: h
title: " "
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`2:8: error: title: The text is blank. Write something, or leave the key out where it is optional.`,
		},
	},
	{
		"title of two lines",
		`hunt: h
title: |
  a
  b
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`2:8: error: title: The text has several lines or tabs. Write it in one line.`,
		},
	},
	{
		"title too long",
		"hunt: h\ntitle: " + strings.Repeat("x", 201) + "\nchallenges:\n  - {id: a, title: A, points: 10, proof: {text: x}}\n",
		[]string{
			`2:8: error: title: The text has 201 characters. Keep it within 200.`,
		},
	},
	{
		"bad id",
		`hunt: Old Town!
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`1:7: error: hunt: "Old Town!" cannot be an id. Write old-town.`,
		},
	},
	{
		"bad mode",
		`hunt: h
title: T
mode: teem
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:7: error: mode: "teem" is not known here. Did you mean team?`,
		},
	},
	{
		"times that only look like one",
		`hunt: h
title: T
opens: 2026-12-01T9:00:00Z
closes: 2026-12-01T10:00:00,5Z
freeze: 2026-12-01T09:30:00+24:00
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:8: error: opens: "2026-12-01T9:00:00Z" is not a time with an offset. Write date, time and offset, such as 2026-12-01T10:00:00+01:00.`,
			`4:9: error: closes: "2026-12-01T10:00:00,5Z" is not a time with an offset. Write date, time and offset, such as 2026-12-01T10:00:00+01:00.`,
			`5:9: error: freeze: "2026-12-01T09:30:00+24:00" is not a time with an offset. Write date, time and offset, such as 2026-12-01T10:00:00+01:00.`,
		},
	},
	{
		"time without an offset",
		`hunt: h
title: T
opens: 2026-12-01T10:00:00
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:8: error: opens: "2026-12-01T10:00:00" is not a time with an offset. Write date, time and offset, such as 2026-12-01T10:00:00+01:00.`,
		},
	},
	{
		"time that is a number",
		`hunt: h
title: T
opens: 10
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:8: error: opens: A time belongs here, not a number. Write date, time and offset, such as 2026-12-01T10:00:00+01:00.`,
		},
	},
	{
		"time out of range",
		`hunt: h
title: T
opens: 1999-12-31T23:59:59Z
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`3:8: error: opens: The year 1999 is out of range. Write a year from 2000 to 2199.`,
		},
	},
	{
		"no challenges",
		`hunt: h
title: T
challenges: []
`,
		[]string{
			`3:13: error: challenges: The list has 0 elements. Write at least 1.`,
		},
	},
	{
		"challenges that are no list",
		`hunt: h
title: T
challenges: {a: b}
`,
		[]string{
			`3:13: error: challenges: A list belongs here, not a mapping. Write it as [a, b] or with a dash before each element.`,
		},
	},
	{
		"points: text",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: many, proof: {text: x}}
`,
		[]string{
			`4:31: error: challenges[0].points: Points are a number or a mapping, not text. Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}.`,
		},
	},
	{
		"points: negative",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: -5, proof: {text: x}}
`,
		[]string{
			`4:31: error: challenges[0].points: -5 is out of range. Write a number from 0 to 4194303.`,
		},
	},
	{
		"points: fraction",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 1.5, proof: {text: x}}
`,
		[]string{
			`4:31: error: challenges[0].points: 1.5 is not a whole number. Write 1.`,
		},
	},
	{
		"points: hexadecimal",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 0x10, proof: {text: x}}
`,
		[]string{
			`4:31: error: challenges[0].points: 0x10 is not a plain decimal number. Write a number from 0 to 4194303.`,
		},
	},
	{
		"points: too many",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 4194304, proof: {text: x}}
`,
		[]string{
			`4:31: error: challenges[0].points: 4194304 is out of range. Write a number from 0 to 4194303.`,
		},
	},
	{
		"points: decay without a function",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: {initial: 10, decay: 3}, proof: {text: x}}
`,
		[]string{
			`4:31: error: challenges[0].points: A value that falls needs minimum, decay and function; minimum is missing. Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}.`,
			`4:31: error: challenges[0].points: A value that falls needs minimum, decay and function; function is missing. Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}.`,
		},
	},
	{
		"points: unknown function",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: {initial: 10, minimum: 1, decay: 3, function: linaer}, proof: {text: x}}
`,
		[]string{
			`4:77: error: challenges[0].points.function: "linaer" is not known here. Did you mean linear?`,
		},
	},
	{
		"points: minimum above initial",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: {initial: 10, minimum: 20, decay: 3, function: linear}, proof: {text: x}}
`,
		[]string{
			`4:54: error: challenges[0].points.minimum: The minimum is above the initial value. Write at most 10.`,
		},
	},
	{
		"points: never falls",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: {initial: 10, minimum: 10, decay: 3, function: linear}, proof: {text: x}}
`,
		[]string{
			`4:54: warning: challenges[0].points.minimum: The value never falls: minimum and initial are the same. Write a lower minimum, or points: 10.`,
		},
	},
	{
		"points: falls at once",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: {initial: 100, minimum: 50, decay: 50, function: linear}, proof: {text: x}}
`,
		[]string{
			`4:66: warning: challenges[0].points.decay: The second solver gets the minimum already: a linear decay is the loss for each solver. Write less than 50, or function: quadratic.`,
		},
	},
	{
		"points: quadratic falls at once",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: {initial: 100, minimum: 50, decay: 1, function: quadratic}, proof: {text: x}}
`,
		[]string{
			`4:66: warning: challenges[0].points.decay: The second solver gets the minimum already: a quadratic decay is the number of solvers over which the value falls. Write the number of solvers that you expect.`,
		},
	},
	{
		"points: quadratic over too many",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: {initial: 100, minimum: 50, decay: 40001, function: quadratic}, proof: {text: x}}
`,
		[]string{
			`4:66: error: challenges[0].points.decay: A quadratic value falls over at most 40000 solvers. Write a number from 1 to 40000.`,
		},
	},
	{
		"bonus rises",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, bonus: [5, 10], proof: {text: x}}
`,
		[]string{
			`4:46: warning: challenges[0].bonus[1]: A later solver gets a larger bonus than an earlier one. Write at most 5.`,
		},
	},
	{
		"tag twice",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, tags: [n, n], proof: {text: x}}
`,
		[]string{
			`4:45: error: challenges[0].tags[1]: This tag comes twice. Keep one of the two.`,
		},
	},
	{
		"attempts without a unit",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, attempts: {cooldown: 10}}
`,
		[]string{
			`4:74: error: challenges[0].attempts.cooldown: A duration has a unit. Write 10s for seconds or 10m for minutes.`,
		},
	},
	{
		"attempts with a bad duration",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, attempts: {cooldown: 10 seconds}}
`,
		[]string{
			`4:74: error: challenges[0].attempts.cooldown: "10 seconds" is not a duration. Write a number and a unit, such as 10s, 30m, 2h or 1h30m.`,
		},
	},
	{
		"attempts with a long duration",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, attempts: {cooldown: 25h}}
`,
		[]string{
			`4:74: error: challenges[0].attempts.cooldown: 25h is out of range. Write a duration from 1 millisecond to 1 day.`,
		},
	},
	{
		"attempts of none",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, attempts: {max: 0}}
`,
		[]string{
			`4:69: error: challenges[0].attempts.max: 0 is out of range. Write a number from 1 to 1000.`,
		},
	},
	{
		"attempts at an event",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {event: {type: scan}}, attempts: {max: 3}}
`,
		[]string{
			`4:75: warning: challenges[0].attempts: Attempts have no effect on an event: nobody can claim it. Leave them out.`,
		},
	},
	{
		"proof: a plain answer",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: "1874"}
`,
		[]string{
			`4:42: error: challenges[0].proof: A proof says of which kind it is. Write {text: "1874"}.`,
		},
	},
	{
		"proof: none",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {}}
`,
		[]string{
			`4:42: error: challenges[0].proof: The proof has no kind. Write one of text, regex, number, choice, code, location, event, review, such as {text: "1874"}.`,
		},
	},
	{
		"proof: null",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: null}
`,
		[]string{
			`4:42: error: challenges[0].proof: A proof is a mapping of keys to values, not nothing. Write key: value pairs.`,
		},
	},
	{
		"proof: two kinds",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x, code: y}}
`,
		[]string{
			`4:42: error: challenges[0].proof: The proof has several kinds: text, code. Keep one; for several ways to solve it write several challenges.`,
		},
	},
	{
		"proof: exact alone",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {code: y, exact: true}}
`,
		[]string{
			`4:59: error: challenges[0].proof.exact: exact belongs to text. Leave it out.`,
		},
	},
	{
		"proof: exact is text",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: y, exact: "true"}}
`,
		[]string{
			`4:59: error: challenges[0].proof.exact: True or false belongs here, not text. Write true or false.`,
		},
	},
	{
		"proof: unquoted number",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: 1874}}
`,
		[]string{
			`4:49: error: challenges[0].proof.text: Text belongs here, not a number. Put it in quotes: "1874".`,
		},
	},
	{
		"proof: no answers",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: []}}
`,
		[]string{
			`4:49: error: challenges[0].proof.text: The list has 0 elements. Write at least 1.`,
		},
	},
	{
		"proof: same answer twice",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: [Gate, " gate "]}}
`,
		[]string{
			`4:56: warning: challenges[0].proof.text[1]: This answer is accepted already: letter case, typography and spaces do not count, nor does punctuation at the ends. Take it out.`,
		},
	},
	{
		"proof: same exact answer twice",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: [Gate, gate, "gate "], exact: true}}
`,
		[]string{
			`4:62: warning: challenges[0].proof.text[2]: This answer is accepted already: white space at the ends does not count. Take it out.`,
		},
	},
	{
		"proof: bad regex",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {regex: "(a"}}
`,
		[]string{
			`4:50: error: challenges[0].proof.regex: The regular expression is wrong: missing closing ): "(a". Write it in the syntax of RE2, which knows neither lookaround nor back references.`,
		},
	},
	{
		"proof: regex lookahead",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {regex: "(?=a)b"}}
`,
		[]string{
			`4:50: error: challenges[0].proof.regex: The regular expression is wrong: invalid or unsupported Perl syntax: "(?=". Write it in the syntax of RE2, which knows neither lookaround nor back references.`,
		},
	},
	{
		"proof: large regex",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {regex: "(a{100}){11}"}}
`,
		[]string{
			`4:50: error: challenges[0].proof.regex: The regular expression is wrong: invalid repeat count: "{11}". Write it in the syntax of RE2, which knows neither lookaround nor back references.`,
		},
	},
	{
		"proof: regex of many steps",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {regex: "a{600}b{600}"}}
`,
		[]string{
			`4:50: error: challenges[0].proof.regex: The regular expression is too large. Repeat fewer times; it may have 1000 steps.`,
		},
	},
	{
		"proof: a prompt alone",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {review: Well?}}
`,
		[]string{
			`4:51: error: challenges[0].proof.review: A review proof is a mapping of keys to values, not text. Write {prompt: "Well?"}.`,
		},
	},
	{
		"proof: regex matches everything",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {regex: ".*"}}
`,
		[]string{
			`4:50: error: challenges[0].proof.regex: The regular expression matches every answer. Write what the answer has to contain.`,
		},
	},
	{
		"proof: regex matches any answer",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {regex: "(?s).+|x"}}
`,
		[]string{
			`4:50: error: challenges[0].proof.regex: The regular expression matches every answer. Write what the answer has to contain.`,
		},
	},
	{
		"proof: regex matches nothing typed",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {regex: "a*"}}
`,
		[]string{
			`4:50: warning: challenges[0].proof.regex: The regular expression matches an empty answer. Require at least one character, for example with + instead of *.`,
		},
	},
	{
		"proof: number plain",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {number: 42}}
`,
		[]string{
			`4:51: error: challenges[0].proof.number: A number proof is a mapping of keys to values, not a number. Write {value: 42}.`,
		},
	},
	{
		"proof: number infinite",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {number: {value: .inf}}}
`,
		[]string{
			`4:59: error: challenges[0].proof.number.value: .inf is not a plain decimal number. Write a number from -1000000000000000 to 1000000000000000.`,
		},
	},
	{
		"proof: number too large",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {number: {value: 1e16}}}
`,
		[]string{
			`4:59: error: challenges[0].proof.number.value: 1e16 is out of range. Write a number from -1000000000000000 to 1000000000000000.`,
		},
	},
	{
		"proof: negative tolerance",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {number: {value: 1, tolerance: -1}}}
`,
		[]string{
			`4:73: error: challenges[0].proof.number.tolerance: -1 is out of range. Write a number from 0 to 1000000000000000.`,
		},
	},
	{
		"proof: one option",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {choice: {options: [p], answer: p}}}
`,
		[]string{
			`4:61: error: challenges[0].proof.choice.options: The list has 1 element. Write at least 2.`,
		},
	},
	{
		"proof: option twice",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {choice: {options: [p, q, p], answer: p}}, attempts: {max: 1}}
`,
		[]string{
			`4:68: error: challenges[0].proof.choice.options[2]: This option comes twice. Keep one of the two.`,
		},
	},
	{
		"proof: answer is no option",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {choice: {options: [north, south], answer: nroth}}, attempts: {max: 1}}
`,
		[]string{
			`4:85: error: challenges[0].proof.choice.answer: "nroth" is not among the options. Did you mean north?`,
		},
	},
	{
		"proof: answers are no options",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {choice: {options: [north, south], answer: [south, west]}}}
`,
		[]string{
			`4:93: error: challenges[0].proof.choice.answer[1]: "west" is not among the options. Write one of: north, south.`,
		},
	},
	{
		"proof: answer twice",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {choice: {options: [north, south], answer: [south, south]}}}
`,
		[]string{
			`4:93: error: challenges[0].proof.choice.answer[1]: This answer comes twice. Keep one of the two.`,
		},
	},
	{
		"proof: choice to be tried out",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {choice: {options: [p, q, r, s], answer: p}}}
`,
		[]string{
			`4:51: warning: challenges[0].proof.choice: Trying one option after the other finds the answer. Add attempts: {max: 2} or {cooldown: 1m}.`,
		},
	},
	{
		"proof: latitude",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {location: {lat: 91, lon: 0, radius: 50m}}}
`,
		[]string{
			`4:59: error: challenges[0].proof.location.lat: 91 is out of range. Write a number from -90 to 90.`,
		},
	},
	{
		"proof: radius missing",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {location: {lat: 51, lon: 0}}}
`,
		[]string{
			`4:53: error: challenges[0].proof.location: A location proof needs the key radius. Add radius: here.`,
		},
	},
	{
		"proof: radius in miles",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {location: {lat: 51, lon: 0, radius: 1mi}}}
`,
		[]string{
			`4:79: error: challenges[0].proof.location.radius: "1mi" is not a length. Write a length such as 50m or 1.2km.`,
		},
	},
	{
		"proof: radius too large",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {location: {lat: 51, lon: 0, radius: 1001km}}}
`,
		[]string{
			`4:79: error: challenges[0].proof.location.radius: 1001km is out of range. Write a length from 1m to 1000km.`,
		},
	},
	{
		"proof: radius too fine",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {location: {lat: 51, lon: 0, radius: 2}}}
`,
		[]string{
			`4:79: warning: challenges[0].proof.location.radius: Phones seldom know their place that well. Write 10m or more.`,
		},
	},
	{
		"proof: null island",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {location: {lat: 0, lon: 0, radius: 50m}}}
`,
		[]string{
			`4:53: warning: challenges[0].proof.location: This place lies in the ocean off Africa, at 0, 0. Write the coordinates of the place.`,
		},
	},
	{
		"proof: event count",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {event: {type: scan, count: 1001}}}
`,
		[]string{
			`4:70: error: challenges[0].proof.event.count: 1001 is out of range. Write a number from 1 to 1000.`,
		},
	},
	{
		"proof: event match",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {event: {type: scan, match: {a: [1], b: 1.5, c: true}}}}
`,
		[]string{
			`4:74: error: challenges[0].proof.event.match.a: Text belongs here, not a list. Write text.`,
			`4:82: error: challenges[0].proof.event.match.b: 1.5 is not a whole number. Write 1.`,
		},
	},
	{
		"proof: review prompt",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {review: {prompt: ""}}}
`,
		[]string{
			`4:60: error: challenges[0].proof.review.prompt: The text is blank. Write something, or leave the key out where it is optional.`,
		},
	},
	{
		"duplicate challenge id",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
  - {id: a, title: B, points: 10, proof: {text: y}}
`,
		[]string{
			`5:10: error: challenges[1].id: Another challenge has the id a, in line 4. Write another id, such as a-2.`,
		},
	},
	{
		"duplicate badge id",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {solves: 1}}
  - {id: b, title: C, when: {solves: 1}}
`,
		[]string{
			`7:10: error: badges[1].id: Another badge has the id b, in line 6. Write another id, such as b-2.`,
		},
	},
	{
		"requires an unknown challenge",
		`hunt: h
title: T
challenges:
  - {id: gate, title: A, points: 10, proof: {text: x}}
  - {id: b, title: B, points: 10, proof: {text: y}, requires: [gaet]}
`,
		[]string{
			`5:64: error: challenges[1].requires[0]: No challenge has the id gaet. Did you mean gate?`,
		},
	},
	{
		"requires itself",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, requires: [a]}
`,
		[]string{
			`4:64: error: challenges[0].requires[0]: It requires itself. Take it out.`,
		},
	},
	{
		"requires the same twice",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
  - {id: b, title: B, points: 10, proof: {text: y}, requires: [a, a]}
`,
		[]string{
			`5:67: error: challenges[1].requires[1]: "a" comes twice in this list. Keep one of the two.`,
		},
	},
	{
		"cycle",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
  - {id: b, title: B, points: 10, proof: {text: b}, requires: [a, d]}
  - {id: c, title: B, points: 10, proof: {text: c}, requires: [b]}
  - {id: d, title: B, points: 10, proof: {text: d}, requires: [c]}
  - {id: e, title: B, points: 10, proof: {text: e}, requires: [a, c]}
`,
		[]string{
			`5:67: error: challenges[1].requires[1]: These wait for each other: b → d → c → b. Take one of the requires out.`,
			`8:67: error: challenges[4].requires[1]: The challenge e can never be unlocked: it waits for c, which waits in a circle. Correct the circle, or take this out.`,
		},
	},
	{
		"closes before a prerequisite opens",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, opens: 2026-12-01T12:00:00+01:00}
  - {id: b, title: B, points: 10, proof: {text: y}, requires: [a]}
  - {id: c, title: C, points: 10, proof: {text: z}, requires: [b], closes: 2026-12-01T11:00:00Z}
`,
		[]string{
			`6:64: error: challenges[2].requires[0]: b cannot be solved before 2026-12-01T11:00:00Z, when this challenge has closed. Take it out, or let this challenge close later.`,
		},
	},
	{
		"hint: duplicate id",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: h, text: t}, {id: h, text: u}]}
`,
		[]string{
			`4:84: error: challenges[0].hints[1].id: Another hint of this challenge has the id h, in line 4. Write another id, such as h-2.`,
		},
	},
	{
		"hint: requires an unknown one",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: h, text: t, requires: [g]}]}
`,
		[]string{
			`4:89: error: challenges[0].hints[0].requires[0]: No hint of this challenge has the id g. Write one of: h.`,
		},
	},
	{
		"hint: cycle",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: g, text: t, requires: [h]}, {id: h, text: u, requires: [g]}]}
`,
		[]string{
			`4:89: error: challenges[0].hints[0].requires[0]: These wait for each other: g → h → g. Take one of the requires out.`,
		},
	},
	{
		"hint: requires itself",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: g, text: t, requires: [g]}]}
`,
		[]string{
			`4:89: error: challenges[0].hints[0].requires[0]: It requires itself. Take it out.`,
		},
	},
	{
		"hint: dear",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: g, text: t, cost: 6}, {id: h, text: u, cost: 5}]}
`,
		[]string{
			`4:60: warning: challenges[0].hints: The hints cost 11 points together, the challenge gives 10. Make the hints cheaper.`,
		},
	},
	{
		"hint: blank",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: g, text: ""}]}
`,
		[]string{
			`4:75: error: challenges[0].hints[0].text: The text is blank. Write something, or leave the key out where it is optional.`,
		},
	},
	{
		"hint: eleven",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: h0, text: t}, {id: h1, text: t}, {id: h2, text: t}, {id: h3, text: t}, {id: h4, text: t}, {id: h5, text: t}, {id: h6, text: t}, {id: h7, text: t}, {id: h8, text: t}, {id: h9, text: t}, {id: h10, text: t}]}
`,
		[]string{
			`4:60: error: challenges[0].hints: The list has 11 elements. Keep at most 10.`,
		},
	},
	{
		"hunt closes before it opens",
		`hunt: h
title: T
opens: 2026-12-01T10:00:00+01:00
closes: 2026-12-01T09:00:00Z
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`4:9: error: closes: The hunt closes before it opens. Write a time after 2026-12-01T09:00:00Z.`,
		},
	},
	{
		"freeze before the hunt opens",
		`hunt: h
title: T
opens: 2026-12-01T10:00:00Z
freeze: 2026-12-01T10:00:00Z
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`4:9: error: freeze: The board freezes before the hunt opens. Write a time after 2026-12-01T10:00:00Z.`,
		},
	},
	{
		"freeze after the hunt closes",
		`hunt: h
title: T
closes: 2026-12-01T10:00:00Z
freeze: 2026-12-01T10:00:00Z
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
`,
		[]string{
			`4:9: error: freeze: The board freezes only after the hunt has closed. Write a time before 2026-12-01T10:00:00Z.`,
		},
	},
	{
		"window: backwards",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, opens: 2026-12-01T10:00:00Z, closes: 2026-12-01T09:00:00Z}
`,
		[]string{
			`4:90: error: challenges[0].closes: The challenge closes before it opens. Write a time after 2026-12-01T10:00:00Z.`,
		},
	},
	{
		"window: after the hunt",
		`hunt: h
title: T
closes: 2026-12-01T10:00:00Z
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, opens: 2026-12-01T10:00:00Z}
`,
		[]string{
			`5:60: error: challenges[0].opens: The challenge opens only after the hunt has closed. Write a time before 2026-12-01T10:00:00Z.`,
		},
	},
	{
		"window: before the hunt",
		`hunt: h
title: T
opens: 2026-12-01T10:00:00Z
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, closes: 2026-12-01T10:00:00Z}
`,
		[]string{
			`5:61: error: challenges[0].closes: The challenge closes before the hunt opens. Write a time after 2026-12-01T10:00:00Z.`,
		},
	},
	{
		"window: wider than the hunt's",
		`hunt: h
title: T
opens: 2026-12-01T10:00:00Z
closes: 2026-12-01T12:00:00Z
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, opens: 2026-12-01T09:00:00Z, closes: 2026-12-01T13:00:00Z}
`,
		[]string{
			`6:60: warning: challenges[0].opens: The challenge opens before the hunt does, which has no effect. Leave it out, or write a time after 2026-12-01T10:00:00Z.`,
			`6:90: warning: challenges[0].closes: The challenge closes after the hunt does, which has no effect. Leave it out, or write a time before 2026-12-01T12:00:00Z.`,
		},
	},
	{
		"answer of another challenge",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
  - {id: b, title: B, points: 10, proof: {text: [y, " X "]}}
`,
		[]string{
			`5:53: warning: challenges[1].proof.text[1]: This answer is right for a too, in line 4. Change one of the two, or players solve both with one find.`,
		},
	},
	{
		"exact answer of another challenge",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
  - {id: b, title: B, points: 10, proof: {text: X, exact: true}}
`,
		[]string{
			`5:49: warning: challenges[1].proof.text: This answer is right for a too, in line 4. Change one of the two, or players solve both with one find.`,
		},
	},
	{"exact answers that differ", `hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x, exact: true}}
  - {id: b, title: B, points: 10, proof: {text: X, exact: true}}
`, nil},
	{
		"code of another challenge",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {code: Lan Tern}}
  - {id: b, title: B, points: 10, proof: {code: lantern}}
`,
		[]string{
			`5:49: warning: challenges[1].proof.code: This answer is right for a too, in line 4. Change one of the two, or players solve both with one find.`,
		},
	},
	{
		"pattern that matches another answer",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
  - {id: b, title: B, points: 10, proof: {regex: "[x-z]"}}
`,
		[]string{
			`5:50: warning: challenges[1].proof.regex: This pattern matches an answer for a too, in line 4. Change one of the two, or players solve both with one find.`,
		},
	},
	{
		"badge: no condition",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {}}
`,
		[]string{
			`6:29: error: badges[0].when: The rule of a badge has at least one condition. Write, for example, {solves: 3} or {manual: true}.`,
		},
	},
	{
		"badge: manual and more",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {manual: true, solves: 1}}
`,
		[]string{
			`6:38: error: badges[0].when.manual: A badge that an organizer gives has no other condition. Keep manual: true alone, or leave it out.`,
		},
	},
	{
		"badge: not manual",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {manual: false}}
`,
		[]string{
			`6:38: error: badges[0].when.manual: manual is true or left out. Leave it out, or write manual: true alone.`,
		},
	},
	{
		"badge: category and tag",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {solves: 1, category: c, tag: t}}
`,
		[]string{
			`6:59: error: badges[0].when.tag: Solves are counted in a category or with a tag, not both. Keep one of the two.`,
		},
	},
	{
		"badge: category without solves",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {category: c}}
`,
		[]string{
			`6:40: error: badges[0].when.category: category says which solves count, and solves is missing. Add solves: 1 or more.`,
		},
	},
	{
		"badge: any without challenges",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {any: 2}}
`,
		[]string{
			`6:35: error: badges[0].when.any: any says how many of challenges count, and challenges is missing. Add challenges: [a, b], or write solves.`,
		},
	},
	{
		"badge: too many solves",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {solves: 2}}
`,
		[]string{
			`6:38: error: badges[0].when.solves: Nobody can earn this badge: the hunt has 1 challenge. Write at most 1.`,
		},
	},
	{
		"badge: too many solves in a category",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, category: harbour, proof: {text: x}}
badges:
  - {id: b, title: B, when: {solves: 2, category: harbour}}
`,
		[]string{
			`6:38: error: badges[0].when.solves: Nobody can earn this badge: the hunt has 1 challenge in this category. Write at most 1.`,
		},
	},
	{
		"badge: unknown category",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, category: harbour, proof: {text: x}}
badges:
  - {id: b, title: B, when: {solves: 1, category: harbor}}
`,
		[]string{
			`6:51: error: badges[0].when.category: Nobody can earn this badge: no challenge has the category "harbor". Did you mean harbour?`,
		},
	},
	{
		"badge: unknown tag",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {solves: 1, tag: night}}
`,
		[]string{
			`6:46: error: badges[0].when.tag: Nobody can earn this badge: no challenge has the tag "night". Take it out.`,
		},
	},
	{
		"badge: unknown challenge",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {challenges: [a, zebra]}}
`,
		[]string{
			`6:46: error: badges[0].when.challenges[1]: No challenge has the id zebra. Write one of: a.`,
		},
	},
	{
		"badge: any of too few",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {challenges: [a], any: 2}}
`,
		[]string{
			`6:52: error: badges[0].when.any: Nobody can earn this badge: challenges lists 1 challenge. Write at most 1.`,
		},
	},
	{
		"badge: too many points",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {points: 11}}
`,
		[]string{
			`6:38: error: badges[0].when.points: Nobody can earn this badge: without it there are at most 10 points. Write at most 10.`,
		},
	},
	{"badge: its own points", `hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, points: 5, when: {points: 11}}
  - {id: c, title: C, points: 1, when: {points: 15}}
`, nil},
	{
		"badge: too many firsts",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {firsts: 2}}
`,
		[]string{
			`6:38: error: badges[0].when.firsts: Nobody can earn this badge: the hunt has 1 challenge. Write at most 1.`,
		},
	},
	{
		"badge: too long a streak",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {streak: 2}}
`,
		[]string{
			`6:38: error: badges[0].when.streak: Nobody can earn this badge: the hunt has 1 challenge to be right about. Write at most 1.`,
		},
	},
	{
		"badge: place",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}}
badges:
  - {id: b, title: B, when: {place: 0}}
`,
		[]string{
			`6:37: error: badges[0].when.place: 0 is out of range. Write a number from 1 to 1000.`,
		},
	},
	{
		"total over the bound",
		`hunt: h
title: T
challenges:
  - {id: a, title: A, points: 4194303, proof: {text: x}}
  - {id: b, title: B, points: 0, bonus: [1], proof: {text: y}}
`,
		[]string{
			`4:3: error: challenges: An entrant could reach 4194304 points. Make points, bonuses and badges smaller: together at most 4194303.`,
		},
	},
	{
		"JSON with a surrogate pair before the place",
		"{\"hunt\": \"h\", \"title\": \"\\ud83c\\udfee\", \"mode\": \"duel\",\n\t\"challenges\": [{\"id\": \"a\", \"title\": \"A\", \"points\": 10, \"proof\": {\"text\": \"x\"}}]}\n",
		[]string{
			`1:48: error: mode: "duel" is not known here. Write one of: solo, team.`,
		},
	},
}
