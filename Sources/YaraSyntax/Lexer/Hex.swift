/// Two-digit hexadecimal, without Foundation.
enum Hex {
  static let upper: [UInt8] = Array("0123456789ABCDEF".utf8)

  static func twoDigits(_ byte: UInt8) -> String {
    String(decoding: [upper[Int(byte >> 4)], upper[Int(byte & 15)]], as: UTF8.self)
  }

  static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x37
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}
