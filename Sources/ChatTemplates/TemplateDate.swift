#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A moment of local time, as `strftime_now` sees it.
package struct TemplateDate: Sendable, Hashable {
  /// The year of the common era.
  package var year: Int32
  /// 1 to 12.
  package var month: Int32
  /// 1 to 31.
  package var day: Int32
  package var hour: Int32
  package var minute: Int32
  package var second: Int32

  package init(
    year: Int32, month: Int32, day: Int32, hour: Int32 = 0, minute: Int32 = 0, second: Int32 = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The present moment in the machine's time zone.
  package static func now() -> TemplateDate {
    var seconds = time(nil)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return TemplateDate(
      year: parts.tm_year + 1900, month: parts.tm_mon + 1, day: parts.tm_mday,
      hour: parts.tm_hour, minute: parts.tm_min, second: parts.tm_sec)
  }

  /// The date as C's `strftime` writes it, which is what Python's calls. A naive date has no zone, so that `%z` and
  /// `%Z` write nothing. `nil` where the text would be longer than `TemplateLimits.dateLength` bytes, and where the
  /// format holds a NUL or `%f`, the microseconds, which are Python's alone.
  func formatted(_ format: String) -> String? {
    guard !format.utf8.contains(0), let zoneless = Self.withoutZone(format) else { return nil }
    var parts = tm()
    parts.tm_year = year - 1900
    parts.tm_mon = month - 1
    parts.tm_mday = day
    parts.tm_hour = hour
    parts.tm_min = minute
    parts.tm_sec = second
    parts.tm_isdst = -1
    // Fills in the days of the week and of the year.
    guard timegm(&parts) != -1 || year == 1969 else { return nil }
    // The space tells an empty text from one that didn't fit: `strftime` returns 0 for both.
    return withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: TemplateLimits.dateLength
    ) { buffer -> String? in
      let length = strftime(buffer.baseAddress, buffer.count, zoneless + " ", &parts)
      guard length > 0 else { return nil }
      return String(
        decoding: buffer[..<(length - 1)].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  private static func withoutZone(_ format: String) -> String? {
    var result = String.UnicodeScalarView()
    var followsPercent = false
    for scalar in format.unicodeScalars {
      if followsPercent {
        followsPercent = false
        if scalar == "z" || scalar == "Z" { continue }
        if scalar == "f" { return nil }
        result.append("%")
        result.append(scalar)
      } else if scalar == "%" {
        followsPercent = true
      } else {
        result.append(scalar)
      }
    }
    if followsPercent { result.append("%") }
    return String(result)
  }
}
