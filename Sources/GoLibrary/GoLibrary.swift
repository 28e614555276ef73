// The texts of the packages that programs may import.
//
// They are Go files in `Packages`, named by their import path with `_` for `/`, and lie in the
// binary as they are: what runs programs needs no file beside it. This room exists so that they are
// made into code once, and not whenever the compiler changes.

package enum GoLibrary {
  /// Nil: there is no such package.
  package static func text(of path: String) -> [UInt8]? { texts[path]?() }

  /// Those of Go's own names; the others only the library itself may import.
  package static var paths: [String] {
    texts.keys.filter { !$0.hasPrefix("internal/") }.sorted()
  }

  private static let texts: [String: @Sendable () -> [UInt8]] = [
    "bufio": { PackageResources.bufio_go },
    "bytes": { PackageResources.bytes_go },
    "container/heap": { PackageResources.container_heap_go },
    "container/list": { PackageResources.container_list_go },
    "container/ring": { PackageResources.container_ring_go },
    "errors": { PackageResources.errors_go },
    "fmt": { PackageResources.fmt_go },
    "internal/format": { PackageResources.internal_format_go },
    "internal/machine": { PackageResources.internal_machine_go },
    "io": { PackageResources.io_go },
    "log": { PackageResources.log_go },
    "math": { PackageResources.math_go },
    "math/bits": { PackageResources.math_bits_go },
    "math/rand": { PackageResources.math_rand_go },
    "os": { PackageResources.os_go },
    "runtime": { PackageResources.runtime_go },
    "runtime/debug": { PackageResources.runtime_debug_go },
    "sort": { PackageResources.sort_go },
    "strconv": { PackageResources.strconv_go },
    "strings": { PackageResources.strings_go },
    "sync": { PackageResources.sync_go },
    "sync/atomic": { PackageResources.sync_atomic_go },
    "testing": { PackageResources.testing_go },
    "time": { PackageResources.time_go },
    "unicode": { PackageResources.unicode_go },
    "unicode/utf8": { PackageResources.unicode_utf8_go },
    "unsafe": { PackageResources.unsafe_go },
  ]
}
