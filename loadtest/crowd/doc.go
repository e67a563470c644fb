// Package crowd plays hunts with thousands of sockets in one process: the part
// of the load generator that makes the load.
//
// It shares no code with the server, and none with testkit/player, which keeps
// whole messages for tests: here a message costs a scan of its bytes and a
// player one goroutine.
//
// Guarantees:
//   - In the open loop claims are sent at the times of a Poisson process,
//     whether or not the server keeps up, and latency counts from the time that
//     the process named, so that neither a slow server nor a slow generator
//     hides its own delay. How late claims were sent is measured, too.
//   - A claim is kept and sent again with its id until it has an answer: after
//     a reconnect, after silence, and when an error asks for it.
//   - Every answer that acknowledges something durable is in Result.Acks.
//   - Run returns after every goroutine that it started.
package crowd
