package hunt

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
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
	switch {
	case err == nil:
		return p, nil
	case errors.As(err, &refused): // the library has wrapped it
		return Proof{}, refused
	}
	return Proof{}, refuse("The " + string(kind) + " in the proof is malformed.")
}

// onlyMember returns name and value, which is a part of src, of the only
// member of a JSON object.
func onlyMember(src []byte) (Kind, []byte, error) {
	m := member{src: src}
	if err := json.Unmarshal(src, &m, tolerance); err != nil {
		if refused, ok := errors.AsType[*ProofError](err); ok {
			return "", nil, refused
		}
		return "", nil, refuse("The proof is not a JSON object.")
	}
	return m.kind, m.value, nil
}

// As tolerant as encoding/json.
var (
	tolerance = json.JoinOptions(
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true),
		json.MatchCaseInsensitiveNames(true), jsonv1.MatchCaseSensitiveDelimiter(true),
	)
	strictly = json.JoinOptions(tolerance, json.RejectUnknownMembers(true))
)

type member struct {
	src   []byte
	kind  Kind
	value []byte
}

// UnmarshalJSONFrom reads an object token by token.
func (m *member) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return refuse("The proof is not a JSON object.")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if dec.PeekKind() == '}' {
		return refuse("The proof is empty.")
	}
	name, err := dec.ReadToken()
	if err != nil {
		return err
	}
	m.kind = Kind(name.String())
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	end := dec.InputOffset()
	m.value = m.src[end-int64(len(value)) : end]
	if dec.PeekKind() == '"' {
		return refuse("A proof is of one kind only.")
	}
	_, err = dec.ReadToken()
	return err
}

func decodeStrictly(src []byte, into any) error { return json.Unmarshal(src, into, strictly) }

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
		if err := json.Unmarshal(src, &one, tolerance); err != nil {
			return err
		}
		*c = Choice{one}
		return nil
	}
	var options []*string
	if err := json.Unmarshal(src, &options, tolerance); err != nil {
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
