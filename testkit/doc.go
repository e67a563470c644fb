// Package testkit is the folder of what tests, the fault suite and load tests
// share. It holds nothing itself; there is one of each:
//
//   - redistest starts a Redis for a test: alone, with Sentinel, as a Cluster
//   - redisserver starts redis-server, for redistest and for programs
//   - veltrix builds and starts the server
//   - process starts any process, ends it, and waits for what it does
//   - player is a player with a history
//   - check compares histories, ledgers and boards
//   - chart draws reports
//
// Nothing in it shares code with the product, and the product has none of it;
// TestImports says why.
package testkit
