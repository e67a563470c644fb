// Package lab runs what fault tests need, each as a real process on loopback:
// nodes of veltrix, Redis alone, with Sentinel or as a Cluster, and a toxiproxy
// on every link between them.
//
// Guarantees:
//   - Close ends every process that was started, and the kernel ends them when
//     the program that uses the lab dies.
//   - A process that ended without having been told to is an error of Close.
//   - Ports stay those of a lab's whole life: whoever comes back is found where
//     it was.
//
// Goroutines: one for each process, which waits for its end.
package lab
