// Package process starts programs for tests, faults and measurements, and ends
// them. It is the only starter of processes that live longer than one call.
//
// Guarantees:
//   - A process leads a process group of its own, so an interrupt from the
//     terminal reaches only the program that started it.
//   - On Linux the kernel kills the process when the program that started it
//     dies without ending it.
//   - A process that has ended without being asked to is an error of End and of
//     Stop.
//   - Kill, Stop and End return after the process was waited for, or when it
//     does not end within Patience.
//
// Goroutines: one for each process, which waits for its end.
package process
