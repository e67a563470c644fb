// Package player plays over the real protocol. End-to-end tests and fault tests
// send their claims with it.
//
// It shares no code with the server, so that it cannot share a mistake with it.
//
// Conn is one WebSocket, for tests that write frames by hand. Player is a whole
// player: one or more sockets that reconnect, claims that are sent again until
// they have a verdict, and a History of both.
//
// Guarantees:
//   - Every claim that Player.Claim sent is in the History before its first
//     byte is written, and every verdict is in it before Claim returns.
//   - Run returns after every goroutine that it started.
package player
