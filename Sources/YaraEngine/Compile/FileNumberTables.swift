// The functions that read a number from the file, in both engines; those of 64 bits and of floats
// are YARA-X's.
extension FileNumber {
  static let functions: [String: FileNumber] = {
    var functions: [String: FileNumber] = [:]
    for bigEndian in [false, true] {
      let suffix = bigEndian ? "be" : ""
      for bytes: UInt8 in [1, 2, 4, 8] {
        for signed in [false, true] {
          functions["\(signed ? "" : "u")int\(bytes * 8)\(suffix)"] = FileNumber(
            bytes: bytes, isSigned: signed, isBigEndian: bigEndian, isFloat: false)
        }
      }
      for bytes: UInt8 in [4, 8] {
        functions["float\(bytes * 8)\(suffix)"] = FileNumber(
          bytes: bytes, isSigned: true, isBigEndian: bigEndian, isFloat: true)
      }
    }
    return functions
  }()
}
