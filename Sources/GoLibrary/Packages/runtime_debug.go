// Package debug: what programs ask of the collector besides a collection.
package debug

import "internal/machine"

// SetGCPercent changes nothing: how far a cluster's heaps may grow is its operator's to say.
func SetGCPercent(percent int) int { return 100 }

func SetMaxStack(bytes int) int          { return 1000000000 }
func SetPanicOnFault(enabled bool) bool  { return false }
func SetTraceback(level string)          {}
func FreeOSMemory()                      { machine.Collect() }
func SetMaxThreads(threads int) int      { return 10000 }
func SetMemoryLimit(limit int64) int64   { return 1<<63 - 1 }

// Stack names the functions that are under way.
func Stack() []byte {
	text := "goroutine 1 [running]:\n"
	for skip := 1; ; skip++ {
		function, _ := machine.Caller(skip)
		if function == "" {
			return []byte(text)
		}
		text += function + "(...)\n"
	}
}

func PrintStack() { machine.Write(2, Stack()) }
