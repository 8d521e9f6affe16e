internal import Bytes

/// The two time types of ASN.1, as seconds since 1970, UTC.
enum ASN1Time {
  /// Nil for other types and for what is no time: both engines ask for a date of the calendar, and
  /// for `Z` or an offset at the end, which only the longer type may lack. Seconds may be missing.
  /// Two-digit years from 50 on are of the 20th century (RFC 5280).
  static func seconds(_ element: DERElement) -> Int64? {
    let isGeneralized = element.isUniversal(DERElement.Universal.generalizedTime)
    guard isGeneralized || element.isUniversal(DERElement.Universal.utcTime) else { return nil }
    let text = element.content
    var at = 0
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 &- 48 < 10 } ?? false }
    func number(_ digits: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<digits {
        guard let digit = text.byte(at: at), digit &- 48 < 10 else { return nil }
        value = value * 10 + Int64(digit - 48)
        at += 1
      }
      return value
    }
    guard var year = number(isGeneralized ? 4 : 2), let month = number(2), let day = number(2),
      let hour = number(2), let minute = number(2), hour < 24, minute < 60
    else { return nil }
    if !isGeneralized { year += year < 50 ? 2000 : 1900 }
    guard (1...12).contains(month), day >= 1, day <= days(ofMonth: month, year: year)
    else { return nil }
    var second: Int64 = 0
    if isDigit(text.byte(at: at)) {
      guard let value = number(2), value < 60 else { return nil }
      second = value
    }
    if isGeneralized, text.byte(at: at) == UInt8(ascii: ".") {
      at += 1
      guard isDigit(text.byte(at: at)) else { return nil }
      while isDigit(text.byte(at: at)) { at += 1 }
    }
    guard let offset = offset(text, at: at, mayBeMissing: isGeneralized) else { return nil }
    let days = daysSince1970(year: year, month: month, day: day)
    return days * 86_400 + hour * 3_600 + minute * 60 + second - offset
  }

  /// Seconds east of UTC, from what ends a time: `Z`, `+hhmm` or `-hhmm`.
  private static func offset(_ text: ByteView, at start: Int, mayBeMissing: Bool) -> Int64? {
    guard let mark = text.byte(at: start) else { return mayBeMissing ? 0 : nil }
    if mark == UInt8(ascii: "Z") { return text.count == start + 1 ? 0 : nil }
    guard mark == UInt8(ascii: "+") || mark == UInt8(ascii: "-"), text.count == start + 5
    else { return nil }
    var digits: [Int64] = []
    for index in 1...4 {
      guard let digit = text.byte(at: start + index), digit &- 48 < 10 else { return nil }
      digits.append(Int64(digit - 48))
    }
    let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
    return minutes * (mark == UInt8(ascii: "+") ? 60 : -60)
  }

  private static func days(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Of the proleptic Gregorian calendar, counted in years that begin in March.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
