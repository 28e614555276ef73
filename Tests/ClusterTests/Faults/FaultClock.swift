// Times as logs have them, in microseconds since 1970, so that a strike can be compared with what
// the processes of the cluster wrote: they and the tests read the same clock.

import Glibc

struct WallInstant: Comparable {
  let microseconds: Int

  static var now: WallInstant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallInstant(microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)
  }

  init(microseconds: Int) { self.microseconds = microseconds }

  /// `2026-11-23T04:05:06.123456Z`
  init(parsing text: String) throws {
    let numbers = text.split { !$0.isNumber }.map { String($0) }
    let date = numbers.prefix(6).compactMap { Int32($0) }
    guard numbers.count == 7, date.count == 6 else { throw TestFailure("'\(text)' is no time") }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (date[0] - 1_900, date[1] - 1, date[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (date[3], date[4], date[5])
    microseconds = timegm(&parts) * 1_000_000 + (Int((numbers[6] + "00000").prefix(6)) ?? 0)
  }

  func earlier(bySeconds seconds: Int) -> WallInstant {
    WallInstant(microseconds: microseconds - seconds * 1_000_000)
  }

  static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }
  static func - (a: Self, b: Self) -> Int { a.microseconds - b.microseconds }

  /// As `logs --since` takes it: the second that it lies in.
  var second: String {
    var seconds = time_t(microseconds / 1_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
