// Stacks: depth, chunks that never move, and scanning.

import GreyBasics
import GreyHeap
import GreyMutator
import Testing

private let small = FrameLayout(slots: 3, references: [1])
private let wide = FrameLayout(slots: 130, references: [0, 63, 64, 129])

@Suite struct StackTests {
  @Test func layoutsOfOneShapeAreOne() {
    #expect(FrameLayout(slots: 3, references: [1]) == small)
    #expect(FrameLayout(slots: 3, references: [2]) != small)
    #expect(small.isReference(1) && !small.isReference(0) && !small.isReference(3))
    #expect(small.isData(0) && !small.isData(1) && !small.isData(3) && !small.isData(Slot(-1)))
    #expect(wide.isReference(129) && !wide.isReference(128))
  }

  @Test func aRecursionOfAMillionFramesComesBackWithItsSlots() throws {
    let theatre = try Theatre()
    let depth = 1_000_000
    var problems = 0
    theatre.first.now { task in
      let object = try! task.allocate(task.shape(task.type(0)))
      for level in 1...depth {
        let frame = task.push(small)
        frame[integer: 0] = level
        if level % 100_000 == 1 { frame[reference: 1] = object }
      }
    }
    theatre.play(theatre.first, on: 1)
    #expect(theatre.world[1].workers[0].figures.stackBytes > depth * 40)
    theatre.first.now { task in
      #expect(task.depth == depth + 1)
      for level in stride(from: depth, through: 1, by: -1) {
        if task[integer: 0] != level { problems += 1 }
        if task[reference: 1].isNull == (level % 100_000 == 1) { problems += 1 }
        task.pop()
      }
      #expect(task.depth == 1)
    }
    theatre.play(theatre.first, on: 1)
    #expect(problems == 0)
    theatre.world.run(1)
    #expect(theatre.world[1].workers[0].figures.stackBytes < 200_000)
  }

  @Test func framesStayWhereTheyAreWhileTheStackGrows() throws {
    let theatre = try Theatre()
    theatre.first.now { task in
      var frames: [Frame] = []
      for level in 0..<2000 {
        let frame = task.push(level % 7 == 0 ? wide : small)
        frame[data: 2] = UInt64(level)
        frames.append(frame)
      }
      #expect(frames.enumerated().allSatisfy { $1[data: 2] == UInt64($0) })
      for _ in frames { task.pop() }
      // At the edge of a chunk, to and fro, in both shapes.
      for _ in 0..<300 {
        for level in 0..<20 { task.push(level % 5 == 0 ? wide : small) }
        #expect(task[data: 2] == 0)
        for _ in 0..<20 { task.pop() }
      }
      #expect(task.depth == 1)
    }
    theatre.play(theatre.first, on: 1)
  }

  @Test func aNewFrameIsClearedWhateverLayThereBefore() throws {
    let theatre = try Theatre()
    theatre.first.now { task in
      let dirty = task.push(wide)
      for slot in [0, 63, 64, 129] {
        dirty[reference: Slot(slot)] = Reference(rawValue: 99 << 48)
      }
      task.pop()
      for _ in 0..<40 {
        let frame = task.push(small)
        #expect(frame[reference: 1].isNull && frame[data: 0] == 0 && frame[data: 2] == 0)
      }
      for _ in 0..<40 { task.pop() }
    }
    theatre.play(theatre.first, on: 1)
  }

  /// One task's huge stack is scanned in pieces; it waits meanwhile, the others run.
  @Test func aHugeStackIsScannedInPiecesWhileItsTaskStaysPut() throws {
    let theatre = try Theatre { $0.rootWordsAQuantum = 500 }
    let world = theatre.world
    let other = theatre.spawn(on: 1)
    theatre.first.now { task in
      for level in 0..<10_000 {
        let frame = task.push(small)
        if level % 1000 == 0 {
          frame[reference: 1] = try! task.allocate(task.shape(task.type(0)))
        }
      }
    }
    theatre.play(theatre.first, on: 1)
    world.arm()
    world.run(1, 8)
    let before = (theatre.first.steps, other.steps)
    world.run(1, 40)
    #expect(world[1].scannedWorkers.isEmpty)
    #expect(theatre.first.steps == before.0, "it is being scanned")
    #expect(other.steps >= before.1 + 30)
    theatre.scanAll()
    #expect(world.confirmAndSweep().isEmpty)
    #expect(world.reachableObjects == 10)
    world.run(1, 4)
    #expect(theatre.first.steps > before.0)
  }

  @Test func anAbortInTheMiddleOfAStackLetsItsTaskGoOn() throws {
    let theatre = try Theatre { $0.rootWordsAQuantum = 100 }
    let world = theatre.world
    theatre.first.now { task in for _ in 0..<5000 { task.push(small) } }
    theatre.play(theatre.first, on: 1)
    world.arm()
    world.run(1, 20)
    world.abort()
    let before = theatre.first.steps
    world.run(1, 3)
    #expect(theatre.first.steps > before)
    #expect(world.collect().isEmpty)
  }
}
