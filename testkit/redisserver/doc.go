// Package redisserver starts real Redis servers, alone, as Sentinels and as the
// nodes of a Cluster. It is the only starter of redis-server: tests use it by
// way of testkit/redistest, the fault suite by way of faults/lab, and load tests
// directly.
//
// Guarantees:
//   - A server keeps what it acknowledges (appendonly yes, appendfsync always)
//     unless Args decide otherwise.
//   - It listens on loopback and on a unix socket only, and keeps its files in
//     one directory.
//   - Those of testkit/process: it dies with the program that started it.
package redisserver
