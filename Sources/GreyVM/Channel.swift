// A channel's object: `WellKnown.channel` says how it lies in the heap.
//
// Valid during a step, or while a waiting goroutine's frame keeps the channel alive: objects do not
// move.

import GreyBasics
import GreyBytecode
import GreyHeap

struct Channel {
  let words: UnsafeMutableRawPointer

  var length: Int {
    get { words.load(as: Int.self) }
    nonmutating set { words.storeBytes(of: newValue, as: Int.self) }
  }
  var capacity: Int {
    get { words.load(fromByteOffset: 8, as: Int.self) }
    nonmutating set { words.storeBytes(of: newValue, toByteOffset: 8, as: Int.self) }
  }
  var head: Int {
    get { words.load(fromByteOffset: 16, as: Int.self) }
    nonmutating set { words.storeBytes(of: newValue, toByteOffset: 16, as: Int.self) }
  }
  var isClosed: Bool {
    get { words.load(fromByteOffset: 24, as: Int.self) != 0 }
    nonmutating set { words.storeBytes(of: newValue ? 1 : 0, toByteOffset: 24, as: Int.self) }
  }
  /// The number of its queue; zero: nobody waits.
  var waiting: Int {
    get { words.load(fromByteOffset: 32, as: Int.self) }
    nonmutating set { words.storeBytes(of: newValue, toByteOffset: 32, as: Int.self) }
  }
  var buffer: UInt64 { (words + 40).relaxedWord }
  var bufferPlace: UnsafeMutableRawPointer { words + 40 }
}
