// Package lab runs what fault tests need, each as a real process on loopback:
// nodes of veltrix, Redis alone, with Sentinel or as a Cluster, and a toxiproxy
// on every link between them.
//
// Guarantees:
//   - Close ends every process that was started, and the kernel ends them when
//     the program that uses the lab dies.
//   - A process that ended without being asked to is an error of Close.
//   - A node or server that comes back has the port that it had before.
//
// Processes and Redis servers are those of testkit; the lab adds proxies,
// failpoints, small disks and power cuts. Goroutines: those of testkit/process.
package lab
