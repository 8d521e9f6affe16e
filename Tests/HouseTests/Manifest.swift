import Foundation

/// `Package.swift` read as text: enough to know each target's kind and dependencies.
struct Manifest {
  struct Target {
    var kind: String
    var name: String
    /// Targets of this package.
    var targets: [String]
    /// Products of other packages.
    var products: [String]
  }

  let targets: [Target]

  init() throws { self.init(text: try Project.text("Package.swift")) }

  init(text: String) {
    var found: [Target] = []
    let pattern = /\.(target|executableTarget|testTarget|systemLibrary|plugin)\(/
    // Only what stands in the list of targets: products and dependencies have the same shapes.
    for match in text.matches(of: pattern) {
      let body = Manifest.balanced(text[match.range.upperBound...], open: "(", close: ")")
      guard let name = body.firstMatch(of: /name:\s*"([^"]+)"/) else { continue }
      var target = Target(kind: String(match.1), name: String(name.1), targets: [], products: [])
      if let start = body.firstRange(of: /dependencies:\s*\[/) {
        var list = String(Manifest.balanced(body[start.upperBound...], open: "[", close: "]"))
        for product in list.matches(of: /\.product\(\s*name:\s*"([^"]+)"[^)]*\)/) {
          target.products.append(String(product.1))
        }
        list = list.replacing(/\.product\([^)]*\)/, with: "")
        target.targets = list.matches(of: /"([^"]+)"/).map { String($0.1) }
      }
      found.append(target)
    }
    targets = found
  }

  subscript(name: String) -> Target? { targets.first { $0.name == name } }

  /// Up to the bracket that closes the one before the start.
  private static func balanced(_ text: Substring, open: Character, close: Character) -> Substring {
    var depth = 1
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == open { depth += 1 }
      if text[index] == close {
        depth -= 1
        if depth == 0 { return text[..<index] }
      }
      index = text.index(after: index)
    }
    return text
  }
}

/// The one-way order of the targets.
struct TargetOrder {
  /// As ARCHITECTURE.md states it: what stands right of a `<` may import what stands left of it,
  /// never the other way round; names beside each other do not import each other.
  static let law = """
    Bytes, YaraSyntax < FileFormats, GramIndex < YaraEngine, Corpus < Hunt < Jobs < HuntServer < retrohunt
    VirusTotalModel < Jobs, HuntServer, VirusTotalClient < retrohunt
    Corpus < CorpusS3 < retrohunt
    """

  /// For each target all targets left of it.
  let left: [String: Set<String>]

  init(law: String = TargetOrder.law) {
    var direct: [String: Set<String>] = [:]
    for line in law.split(separator: "\n") {
      let groups = line.split(separator: "<").map { group in
        group.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      }
      var before: Set<String> = []
      for group in groups {
        for name in group { direct[name, default: []].formUnion(before) }
        before.formUnion(group)
      }
    }
    // Chains join at shared names.
    var changed = true
    while changed {
      changed = false
      for (name, names) in direct {
        let all = names.reduce(into: names) { $0.formUnion(direct[$1] ?? []) }
        if all != names {
          direct[name] = all
          changed = true
        }
      }
    }
    left = direct
  }

  var targets: [String] { left.keys.sorted() }

  func allows(_ target: String, toImport other: String) -> Bool {
    left[target]?.contains(other) ?? false
  }
}
