// Package auth makes and checks what players and operators show to the server:
// tokens, the roles that they stand for, and the names of players.
//
// Guarantees:
//   - A player token is valid only if it is signed with our key (HS256) and has
//     not expired by the store's clock. Why a token is invalid is not said.
//   - The time that a comparison of role tokens takes says nothing of the token.
//   - A name that NormalizeName returns is visible, bounded, and cannot disturb
//     the text around it.
//
// A Tokens never changes, so goroutines share it.
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

// Tokens makes and checks tokens.
type Tokens struct {
	key    []byte                     // signs player tokens
	roles  map[Role][sha256.Size]byte // digests of the roles' tokens
	parser *jwt.Parser
	now    func() time.Time
}

// Role is what a token lets its bearer be.
type Role string

// The roles.
const (
	Organizer Role = "organizer"
	Producer  Role = "producer"
	Display   Role = "display"
	Player    Role = "player"
)

// PlayerTTL is how long the token of a player who registered here is valid: a
// hunt that lasts weeks can be played to its end on one token.
const PlayerTTL = 30 * 24 * time.Hour

// Leeway is how long an expired token is still valid, since clocks differ.
const Leeway = 30 * time.Second

// maxToken bounds what is parsed; ours have about 200 bytes.
const maxToken = 4 << 10

// maxSubject is the longest id of a player, in characters.
const maxSubject = 64

var errToken = errors.New("invalid token")

// NewTokens returns tokens for a signing key, and the tokens of the other roles: an
// empty one belongs to nobody. Now is the clock by which player tokens are made
// and checked.
func NewTokens(key string, roles map[Role]string, now func() time.Time) *Tokens {
	t := &Tokens{key: []byte(key), roles: map[Role][sha256.Size]byte{}, now: now, parser: tokenParser(now)}
	for role, token := range roles {
		if token != "" {
			t.roles[role] = sha256.Sum256([]byte(token))
		}
	}
	return t
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

// PlayerKey returns the key of player tokens that a store keeps. The first call
// makes it. Fails as game.Store does.
func PlayerKey(ctx context.Context, store game.Store) (string, error) {
	fresh := rand.Text() + rand.Text() // for HS256: 260 random bits
	key, err := store.Secret(ctx, secretPlayers, fresh)
	if err != nil {
		return "", fmt.Errorf("read the key of player tokens: %w", err)
	}
	return key, nil
}

// OrganizerToken returns the organizers' token that a store keeps. The first
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

// Mint signs a token for a player. The id has 1 to 64 printable characters;
// the name is normalised.
func (t *Tokens) Mint(player, name string, ttl time.Duration) (string, error) {
	name, err := NormalizeName(name)
	if err != nil {
		return "", err
	}
	if err := CheckPlayerID(player); err != nil {
		return "", err
	}
	at := t.now()
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, playerClaims{jwt.RegisteredClaims{
		Subject: player, IssuedAt: jwt.NewNumericDate(at), ExpiresAt: jwt.NewNumericDate(at.Add(ttl)),
	}, name})
	signed, err := token.SignedString(t.key)
	if err != nil {
		return "", fmt.Errorf("sign the token: %w", err)
	}
	return signed, nil
}

// Player returns the player whom a token stands for. Only HS256 tokens of our key
// that have an exp are valid. The error says no more than that.
func (t *Tokens) Player(token string) (id, name string, err error) {
	if len(token) > maxToken {
		return "", "", errToken
	}
	var claims playerClaims
	_, err = t.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return t.key, nil })
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

// CheckPlayerID accepts 1 to 64 printable characters without white space.
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

// Is reports whether a token is that of a role other than Player. It compares
// digests, so that the time it takes says nothing of the token, its length
// included.
func (t *Tokens) Is(r Role, token string) bool {
	want, set := t.roles[r]
	got := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1 && set
}

// Role is the role that a token stands for, "" for none.
func (t *Tokens) Role(token string) Role {
	if token == "" {
		return ""
	}
	for _, r := range []Role{Organizer, Producer, Display} {
		if t.Is(r, token) {
			return r
		}
	}
	if _, _, err := t.Player(token); err == nil {
		return Player
	}
	return ""
}
