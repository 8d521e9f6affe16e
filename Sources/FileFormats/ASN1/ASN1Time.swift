internal import Bytes

/// The two time types of ASN.1, as seconds since 1970, UTC.
enum ASN1Time {
  /// Nil for other types and for what is no time. Two-digit years from 50 on are of the 20th
  /// century (RFC 5280).
  static func seconds(_ element: DERElement) -> Int64? {
    let isGeneralized = element.isUniversal(DERElement.Universal.generalizedTime)
    guard isGeneralized || element.isUniversal(DERElement.Universal.utcTime) else { return nil }
    let text = element.content
    var at = 0
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
      let hour = number(2), let minute = number(2), (1...12).contains(month),
      (1...31).contains(day), hour < 24, minute < 60
    else { return nil }
    if !isGeneralized { year += year < 50 ? 2000 : 1900 }
    var second: Int64 = 0
    if let byte = text.byte(at: at), byte &- 48 < 10 {
      guard let value = number(2), value < 61 else { return nil }
      second = value
    }
    if text.byte(at: at) == UInt8(ascii: ".") {
      at += 1
      while let byte = text.byte(at: at), byte &- 48 < 10 { at += 1 }
    }
    var offset: Int64 = 0
    if let sign = text.byte(at: at), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      at += 1
      guard let hours = number(2), let minutes = number(2) else { return nil }
      offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "+") ? 60 : -60)
    }
    let days = daysSince1970(year: year, month: month, day: day)
    return days * 86_400 + hour * 3_600 + minute * 60 + second - offset
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
