package auth

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
type Tokens struct {
	key    []byte // signs player tokens
	tokens map[Role][sha256.Size]byte
	parser *jwt.Parser
	now    func() time.Time
}

// role is whom a token makes its bearer.
type Role string

const (
	Organizer Role = "organizer"
	Producer  Role = "producer"
	Display   Role = "display"
	Player    Role = "player"
)

// playerTTL is how long the token of a player who registered here is valid: a
// hunt that lasts weeks can be played to its end on one token.
const PlayerTTL = 30 * 24 * time.Hour

// leeway forgives clocks that differ.
const Leeway = 30 * time.Second

// maxToken bounds what is parsed; ours have about 200 bytes.
const maxToken = 4 << 10

// maxSubject is the longest id of a player, in characters.
const maxSubject = 64

var errToken = errors.New("invalid token")

// newAuth returns an auth for a signing key and the bearer tokens of roles;
// an empty token belongs to nobody. Tokens are made and checked by the clock
// that now reads.
func NewTokens(secret string, tokens map[Role]string, now func() time.Time) *Tokens {
	a := &Tokens{key: []byte(secret), tokens: map[Role][sha256.Size]byte{}, now: now, parser: tokenParser(now)}
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
		jwt.WithLeeway(Leeway),
		jwt.WithTimeFunc(clock),
		jwt.WithStrictDecoding(),
	)
}

// playerKey returns the key of player tokens that a store keeps. The first call
// makes it. Fails as game.Store does.
func PlayerKey(ctx context.Context, store game.Store) (string, error) {
	fresh := rand.Text() + rand.Text() // for HS256: 260 random bits
	key, err := store.Secret(ctx, secretPlayers, fresh)
	if err != nil {
		return "", fmt.Errorf("read the key of player tokens: %w", err)
	}
	return key, nil
}

// organizerToken returns the organizers' token that a store keeps. The first
// call makes it. Fails as game.Store does.
func OrganizerToken(ctx context.Context, store game.Store) (string, error) {
	token, err := store.Secret(ctx, secretOrganizer, rand.Text())
	if err != nil {
		return "", fmt.Errorf("read the organizer token: %w", err)
	}
	return token, nil
}

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
func (a *Tokens) Mint(player, name string, ttl time.Duration) (string, error) {
	name, err := NormalizeName(name)
	if err != nil {
		return "", err
	}
	if err := CheckPlayerID(player); err != nil {
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
func (a *Tokens) Player(token string) (id, name string, err error) {
	if len(token) > maxToken {
		return "", "", errToken
	}
	var claims playerClaims
	_, err = a.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return a.key, nil })
	if err != nil {
		return "", "", errToken
	}
	if name, err = NormalizeName(claims.Name); err != nil {
		return "", "", errToken
	}
	if CheckPlayerID(claims.Subject) != nil {
		return "", "", errToken
	}
	return claims.Subject, name, nil
}

// checkPlayerID accepts 1 to 64 printable characters without white space.
func CheckPlayerID(id string) error {
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

// is reports whether a token is the one of a role that is not a player. It
// compares digests, so that the time it takes says nothing of the token, its
// length included.
func (a *Tokens) Is(r Role, token string) bool {
	want, set := a.tokens[r]
	got := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1 && set
}

// role says whom a token makes its bearer, "" nobody.
func (a *Tokens) Role(token string) Role {
	if token == "" {
		return ""
	}
	for _, r := range []Role{Organizer, Producer, Display} {
		if a.Is(r, token) {
			return r
		}
	}
	if _, _, err := a.Player(token); err == nil {
		return Player
	}
	return ""
}
