package hunt

// Proof is the evidence in a claim. Exactly one field is set.
type Proof struct {
	Text     *string        `json:"text,omitempty"`
	Number   *float64       `json:"number,omitempty"`
	Choice   Choice         `json:"choice,omitempty"`
	Code     *string        `json:"code,omitempty"`
	Location *Location      `json:"location,omitempty"`
	Review   *ReviewRequest `json:"review,omitempty"`
}

// Choice is one option or several; in JSON a string or an array of strings.
type Choice []string

// Location is a position in degrees (WGS 84) with its accuracy in metres.
type Location struct {
	Lat      float64 `json:"lat"`
	Lon      float64 `json:"lon"`
	Accuracy float64 `json:"accuracy"`
}

// ReviewRequest asks an organizer to decide.
type ReviewRequest struct {
	Note string `json:"note"`
}

// Judgement is what Judge found.
type Judgement struct {
	// Right says that the proof meets the challenge.
	Right bool
	// Say is the reply to an answer that is foreseen but not right; Right and
	// Review are false then.
	Say string
	// Review says that an organizer has to decide.
	Review bool
	// Digest identifies the normalised answer within its challenge: equal
	// answers have equal digests. It is a keyless 48-bit hash in base64url and
	// stays on the server.
	Digest string
}
