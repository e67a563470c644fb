package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"veltrix/game"
)

// auth makes and checks tokens. It never changes, so goroutines share it.
type auth struct {
	key    []byte // signs player tokens
	tokens map[role][sha256.Size]byte
	parser *jwt.Parser
	now    func() time.Time
}

// role is whom a token makes its bearer.
type role string

const (
	roleOrganizer role = "organizer"
	roleProducer  role = "producer"
	roleDisplay   role = "display"
	rolePlayer    role = "player"
)

// playerTTL is how long the token of a player who registered here is valid: a
// hunt that lasts weeks can be played to its end on one token.
const playerTTL = 30 * 24 * time.Hour

// leeway forgives clocks that differ.
const leeway = 30 * time.Second

// maxToken bounds what is parsed; ours have about 200 bytes.
const maxToken = 4 << 10

// maxSubject is the longest id of a player, in characters.
const maxSubject = 64

var errToken = errors.New("invalid token")

// newAuth returns an auth for a signing key and the bearer tokens of roles;
// an empty token belongs to nobody. Tokens are made and checked by the clock
// that now reads.
func newAuth(secret string, tokens map[role]string, now func() time.Time) *auth {
	a := &auth{key: []byte(secret), tokens: map[role][sha256.Size]byte{}, now: now, parser: tokenParser(now)}
	for r, t := range tokens {
		if t != "" {
			a.tokens[r] = sha256.Sum256([]byte(t))
		}
	}
	return a
}

func tokenParser(clock func() time.Time) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(clock),
		jwt.WithStrictDecoding(),
	)
}

// openAuth takes what the settings do not give from the store, which keeps
// what is made here.
func openAuth(ctx context.Context, s *settings, store game.Store, now func() time.Time) (a *auth, organizer string, err error) {
	secret := s.Secret
	if secret == "" {
		if secret, err = playerKey(ctx, store); err != nil {
			return nil, "", err
		}
	}
	organizer = s.OrganizerToken
	if organizer == "" {
		if organizer, err = store.Secret(ctx, secretOrganizer, rand.Text()); err != nil {
			return nil, "", fmt.Errorf("read the organizer token: %w", err)
		}
	}
	return newAuth(secret, map[role]string{
		roleOrganizer: organizer, roleProducer: s.ProducerToken, roleDisplay: s.DisplayToken,
	}, now), organizer, nil
}

// freshKey is a new key for HS256, 260 random bits.
func freshKey() string { return rand.Text() + rand.Text() }

// The names of secrets in a store.
const (
	secretPlayers   = "player-token-key"
	secretOrganizer = "organizer-token"
)

// playerClaims is the payload of a player token.
type playerClaims struct {
	jwt.RegisteredClaims

	Name string `json:"name"`
}

// mint signs a token for a player. The id has 1 to 64 printable characters;
// the name is normalised.
func (a *auth) mint(player, name string, ttl time.Duration) (string, error) {
	name, err := normalizeName(name)
	if err != nil {
		return "", err
	}
	if err := checkPlayerID(player); err != nil {
		return "", err
	}
	at := a.now()
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, playerClaims{jwt.RegisteredClaims{
		Subject: player, IssuedAt: jwt.NewNumericDate(at), ExpiresAt: jwt.NewNumericDate(at.Add(ttl)),
	}, name})
	signed, err := token.SignedString(a.key)
	if err != nil {
		return "", fmt.Errorf("sign the token: %w", err)
	}
	return signed, nil
}

// player returns whom a token stands for. Only HS256 tokens of our key that
// have an exp are valid. The error does not say more than that: what is wrong
// with a token is nobody's business but its minter's.
func (a *auth) player(token string) (id, name string, err error) {
	if len(token) > maxToken {
		return "", "", errToken
	}
	var claims playerClaims
	_, err = a.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return a.key, nil })
	if err != nil {
		return "", "", errToken
	}
	if name, err = normalizeName(claims.Name); err != nil {
		return "", "", errToken
	}
	if checkPlayerID(claims.Subject) != nil {
		return "", "", errToken
	}
	return claims.Subject, name, nil
}

// checkPlayerID accepts 1 to 64 printable characters without white space.
func checkPlayerID(id string) error {
	if !utf8.ValidString(id) || id == "" || utf8.RuneCountInString(id) > maxSubject {
		return fmt.Errorf("a player's id has 1 to %d characters", maxSubject)
	}
	for _, r := range id {
		if !printable(r) || r == ' ' {
			return errors.New("a player's id has only printable characters and no white space")
		}
	}
	return nil
}

func (a *auth) organizer(token string) bool { return a.is(roleOrganizer, token) }
func (a *auth) producer(token string) bool  { return a.is(roleProducer, token) }
func (a *auth) display(token string) bool   { return a.is(roleDisplay, token) }

// is compares digests, so that the time it takes says nothing of the token,
// its length included.
func (a *auth) is(r role, token string) bool {
	want, set := a.tokens[r]
	got := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1 && set
}

// role says whom a token makes its bearer, "" nobody.
func (a *auth) role(token string) role {
	switch {
	case token == "":
		return ""
	case a.organizer(token):
		return roleOrganizer
	case a.producer(token):
		return roleProducer
	case a.display(token):
		return roleDisplay
	}
	if _, _, err := a.player(token); err == nil {
		return rolePlayer
	}
	return ""
}
