package hunt

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// maxProof bounds the bytes of a proof: a note of four-byte characters, each
// escaped as twelve, and its frame.
const maxProof = MaxNote*12 + 256

// DecodeProof reads the JSON of a proof strictly: one kind and no field that
// is not known. The error is a *ProofError.
func DecodeProof(src []byte) (Proof, error) {
	var p Proof
	if len(src) > maxProof {
		return p, refuse("The proof is too long.")
	}
	kind, value, err := onlyMember(src)
	if err != nil {
		return p, err
	}
	if bytes.Equal(value, []byte("null")) {
		return p, refuse("The proof is empty.")
	}
	switch kind {
	case KindText:
		err = decodeStrictly(value, &p.Text)
	case KindNumber:
		err = decodeStrictly(value, &p.Number)
	case KindChoice:
		err = decodeStrictly(value, &p.Choice)
	case KindCode:
		err = decodeStrictly(value, &p.Code)
	case KindLocation:
		p.Location, err = decodeLocation(value)
	case KindReview:
		err = decodeStrictly(value, &p.Review)
	default:
		return p, refuse("The proof is of no known kind.")
	}
	var refused *ProofError
	if err != nil && !errors.As(err, &refused) {
		err = refuse("The " + string(kind) + " in the proof is malformed.")
	}
	if err != nil {
		return Proof{}, err
	}
	return p, nil
}

// onlyMember returns name and value of the only member of a JSON object.
func onlyMember(src []byte) (Kind, json.RawMessage, error) {
	malformed := refuse("The proof is not a JSON object.")
	dec := json.NewDecoder(bytes.NewReader(src))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return "", nil, malformed
	}
	t, err := dec.Token()
	if err == nil && t == json.Delim('}') {
		return "", nil, refuse("The proof is empty.")
	}
	name, ok := t.(string)
	if err != nil || !ok {
		return "", nil, malformed
	}
	var value json.RawMessage
	if err := dec.Decode(&value); err != nil {
		return "", nil, malformed
	}
	if dec.More() {
		return "", nil, refuse("A proof is of one kind only.")
	}
	if _, err := dec.Token(); err != nil {
		return "", nil, malformed
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return "", nil, malformed
	}
	return Kind(name), value, nil
}

func decodeStrictly(src []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

func decodeLocation(src []byte) (*Location, error) {
	var l struct {
		Lat      *float64 `json:"lat"`
		Lon      *float64 `json:"lon"`
		Accuracy float64  `json:"accuracy"`
	}
	if err := decodeStrictly(src, &l); err != nil {
		return nil, err
	}
	if l.Lat == nil || l.Lon == nil {
		return nil, refuse("A location has lat and lon.")
	}
	return &Location{Lat: *l.Lat, Lon: *l.Lon, Accuracy: l.Accuracy}, nil
}

// UnmarshalJSON accepts a string or an array of at most MaxOptions strings.
func (c *Choice) UnmarshalJSON(src []byte) error {
	if len(src) > 0 && src[0] == '"' {
		var one string
		if err := json.Unmarshal(src, &one); err != nil {
			return err
		}
		*c = Choice{one}
		return nil
	}
	var options []*string
	if err := json.Unmarshal(src, &options); err != nil {
		return refuse("A choice is a string or a list of strings.")
	}
	if len(options) > MaxOptions {
		return refuse("You chose more options than there are.")
	}
	out := make(Choice, len(options))
	for i, o := range options {
		if o == nil {
			return refuse("A choice is a string or a list of strings.")
		}
		out[i] = *o
	}
	*c = out
	return nil
}
