// Go at the work that Greywave is measured at: one program, one kind of work a run.
//
//	peer mark SHAPE OBJECTS SLOTS SEED INTERIOR ROUNDS
//	peer allocate COUNT LIVE          32 bytes each, garbage at once, LIVE others kept
//	peer store COUNT                  reference stores, with the barrier off and on
//	peer trees DEPTH                  binary-trees
//	peer gcbench DEPTH ARRAY
//	peer churn ENTRIES OPERATIONS WORDS SEED
//
// One line of JSON on stdout. Everything runs on one goroutine; how many processors the collector
// may use is GOMAXPROCS. For `mark`, GODEBUG=gctrace=1 tells on stderr how long each mark phase was.
//
// Build: go build -ldflags=-checklinkname=0 (the write barrier's switch is the runtime's own)
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) < 2 {
		usage("what to measure is missing")
	}
	arguments := os.Args[2:]
	switch os.Args[1] {
	case "mark":
		mark(graphOf(arguments), number(arguments, 5))
	case "allocate":
		allocate(number(arguments, 0), number(arguments, 1))
	case "store":
		store(number(arguments, 0))
	case "trees":
		trees(number(arguments, 0))
	case "gcbench":
		gcbench(number(arguments, 0), number(arguments, 1))
	case "churn":
		churn(number(arguments, 0), number(arguments, 1), number(arguments, 2), number(arguments, 3))
	default:
		usage("nothing is called " + os.Args[1])
	}
}

func number(arguments []string, index int) int {
	if index >= len(arguments) {
		usage("too few arguments")
	}
	value, problem := strconv.Atoi(arguments[index])
	if problem != nil {
		usage(problem.Error())
	}
	return value
}

func usage(why string) {
	fmt.Fprintln(os.Stderr, "peer:", why)
	os.Exit(2)
}

func check(right bool, what string) {
	if !right {
		fmt.Fprintln(os.Stderr, "peer:", what)
		os.Exit(1)
	}
}
