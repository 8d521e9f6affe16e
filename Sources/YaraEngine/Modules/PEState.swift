internal import Bytes
internal import FileFormats

/// What the `pe` module keeps of a file: headers and sections are read at once, all else when a rule
/// first asks for it (`PEFile` keeps its parts).
///
/// Handles: the index of a section, a resource, a library, ...; where structures nest, the indices
/// of the outer and the inner one packed as the functions below say.
final class PEState: ModuleState {
  let dialect: FormatDialect
  /// Nil where the dialect's engine does not take the file for a PE file.
  let file: PEFile?

  init(_ input: ModuleInput) {
    dialect = FormatDialect(input.dialect)
    file = PEFile.parse(input.data, as: dialect)
  }

  override var isCut: Bool { file?.isCut ?? false }

  // MARK: - Versions

  enum Version: Handle {
    case linker, operatingSystem, image, subsystem, resources
  }

  func version(_ handle: Handle) -> PEVersion? {
    guard let file, let version = Version(rawValue: handle) else { return nil }
    return switch version {
    case .linker: file.optionalHeader.linkerVersion
    case .operatingSystem: file.optionalHeader.osVersion
    case .image: file.optionalHeader.imageVersion
    case .subsystem: file.optionalHeader.subsystemVersion
    case .resources: file.resourceTable?.version
    }
  }

  // MARK: - Imports

  /// A function: its library's index above, its own in the low 18 bits, which hold all functions that
  /// are kept of one file.
  static func function(_ library: Handle, _ index: Int) -> Handle { library << 18 | index }

  func imports(delayed: Bool) -> [PEImport] {
    guard let file else { return [] }
    return delayed ? file.delayedImports : file.imports
  }

  func library(_ handle: Handle, delayed: Bool) -> PEImport? {
    imports(delayed: delayed).element(at: handle)
  }

  func function(_ handle: Handle, delayed: Bool) -> PEImportedFunction? {
    library(handle >> 18, delayed: delayed)?.functions.element(at: handle & 0x3_FFFF)
  }

  // MARK: - Version information

  /// Of the first string of each key, in order: its place, and that of the last with the key, whose
  /// value counts.
  private(set) lazy var versionKeys: [(first: Int, last: Int)] = {
    guard let file else { return [] }
    var entries: [(first: Int, last: Int)] = []
    var places: [[UInt8]: Int] = [:]
    for (index, string) in file.versionInfo.enumerated() {
      if let place = places[string.key] {
        entries[place].last = index
      } else {
        places[string.key] = entries.count
        entries.append((index, index))
      }
    }
    versionPlaces = places
    return entries
  }()
  private var versionPlaces: [[UInt8]: Int] = [:]

  /// The place of the string that counts for a key.
  func versionInfo(_ key: [UInt8]) -> Int? {
    let entries = versionKeys
    return versionPlaces[key].map { entries[$0].last }
  }

  // MARK: - Signatures

  // A certificate: the signature's index above, then 16 bits for the list that holds it, then 16 for
  // its index in the list.

  enum CertificateList {
    case all, signer
    case countersignature(Int)

    fileprivate var number: Int {
      switch self {
      case .all: 0
      case .signer: 1
      case .countersignature(let index): 2 + index
      }
    }
  }

  static func certificate(_ signature: Handle, _ list: CertificateList, _ index: Int) -> Handle {
    signature << 32 | list.number << 16 | index
  }

  func certificate(_ handle: Handle) -> AuthenticodeCertificate? {
    guard let signature = signature(handle >> 32) else { return nil }
    let list =
      switch (handle >> 16) & 0xFFFF {
      case 0: signature.certificates
      case 1: signature.signer?.chain
      case let number: signature.countersignatures.element(at: number - 2)?.chain
      }
    return list?.element(at: handle & 0xFFFF)
  }

  /// With nothing verified.
  func signature(_ handle: Handle) -> AuthenticodeSignature? {
    file?.uncheckedSignatures.element(at: handle)
  }

  func verifiedSignature(_ handle: Handle) -> AuthenticodeSignature? {
    file?.signatures.element(at: handle)
  }

  /// A countersignature: the signature's index above, its own in the low 16 bits.
  static func countersignature(_ signature: Handle, _ index: Int) -> Handle {
    signature << 16 | index
  }

  func countersignature(_ handle: Handle) -> AuthenticodeCountersignature? {
    signature(handle >> 16)?.countersignatures.element(at: handle & 0xFFFF)
  }

  func verifiedCountersignature(_ handle: Handle) -> AuthenticodeCountersignature? {
    verifiedSignature(handle >> 16)?.countersignatures.element(at: handle & 0xFFFF)
  }
}

extension Array {
  /// Nil outside.
  func element(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
