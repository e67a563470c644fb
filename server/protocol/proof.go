package protocol

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"veltrix/game/hunt"
)

// maxProof bounds the bytes of a proof. The largest is a note of characters that
// are each escaped as twelve bytes, and the object around it.
const maxProof = hunt.MaxNote*12 + 256

// DecodeProof reads the JSON of a proof strictly: exactly one kind, and no
// unknown field. The error is a *hunt.ProofError.
func DecodeProof(src []byte) (hunt.Proof, error) {
	var p hunt.Proof
	if len(src) > maxProof {
		return p, badProof("The proof is too long.")
	}
	kind, value, err := onlyMember(src)
	if err != nil {
		return p, err
	}
	if bytes.Equal(value, []byte("null")) {
		return p, badProof("The proof is empty.")
	}
	switch kind {
	case hunt.KindText:
		err = decodeStrictly(value, &p.Text)
	case hunt.KindNumber:
		err = decodeStrictly(value, &p.Number)
	case hunt.KindChoice:
		p.Choice, err = decodeChoice(value)
	case hunt.KindCode:
		err = decodeStrictly(value, &p.Code)
	case hunt.KindLocation:
		p.Location, err = decodeLocation(value)
	case hunt.KindReview:
		err = decodeStrictly(value, &p.Review)
	default:
		return p, badProof("The proof is of no known kind.")
	}
	var refused *hunt.ProofError
	switch {
	case err == nil:
		return p, nil
	case errors.As(err, &refused): // the library wraps it
		return hunt.Proof{}, refused
	}
	return hunt.Proof{}, badProof("The " + string(kind) + " in the proof is malformed.")
}

// onlyMember returns the name and the value of the only member of a JSON
// object. The value is a part of src.
func onlyMember(src []byte) (hunt.Kind, []byte, error) {
	m := member{src: src}
	if err := json.Unmarshal(src, &m, tolerance); err != nil {
		if refused, ok := errors.AsType[*hunt.ProofError](err); ok {
			return "", nil, refused
		}
		return "", nil, badProof("The proof is not a JSON object.")
	}
	return m.kind, m.value, nil
}

// strictly refuses unknown fields and is tolerant otherwise.
var strictly = json.JoinOptions(tolerance, json.RejectUnknownMembers(true))

type member struct {
	src   []byte
	kind  hunt.Kind
	value []byte
}

// UnmarshalJSONFrom reads an object token by token.
func (m *member) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return badProof("The proof is not a JSON object.")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if dec.PeekKind() == '}' {
		return badProof("The proof is empty.")
	}
	name, err := dec.ReadToken()
	if err != nil {
		return err
	}
	m.kind = hunt.Kind(name.String())
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	end := dec.InputOffset()
	m.value = m.src[end-int64(len(value)) : end]
	if dec.PeekKind() == '"' {
		return badProof("A proof is of one kind only.")
	}
	_, err = dec.ReadToken()
	return err
}

func badProof(message string) error { return &hunt.ProofError{Message: message} }

func decodeStrictly(src []byte, into any) error { return json.Unmarshal(src, into, strictly) }

func decodeLocation(src []byte) (*hunt.Location, error) {
	var l struct {
		Lat      *float64 `json:"lat"`
		Lon      *float64 `json:"lon"`
		Accuracy float64  `json:"accuracy"`
	}
	if err := decodeStrictly(src, &l); err != nil {
		return nil, err
	}
	if l.Lat == nil || l.Lon == nil {
		return nil, badProof("A location has lat and lon.")
	}
	return &hunt.Location{Lat: *l.Lat, Lon: *l.Lon, Accuracy: l.Accuracy}, nil
}

// decodeChoice accepts a string or an array of at most MaxOptions strings.
func decodeChoice(src []byte) (hunt.Choice, error) {
	if src[0] == '"' {
		var one string
		if err := json.Unmarshal(src, &one, tolerance); err != nil {
			return nil, err
		}
		return hunt.Choice{one}, nil
	}
	var options []*string
	if err := json.Unmarshal(src, &options, tolerance); err != nil {
		return nil, badProof("A choice is a string or a list of strings.")
	}
	if len(options) > hunt.MaxOptions {
		return nil, badProof("You chose more options than there are.")
	}
	choice := make(hunt.Choice, len(options))
	for i, o := range options {
		if o == nil {
			return nil, badProof("A choice is a string or a list of strings.")
		}
		choice[i] = *o
	}
	return choice, nil
}
