internal import Bytes

/// The entitlements of a code signature: a property list in XML.
enum MachOEntitlements {
  /// The texts of all `key` elements, and for each `array` that begins with a text (white space,
  /// as a rule) the texts in it: each once, without blank ones. In document order; an array in
  /// an array is listed with both. None if the list is not well-formed.
  static func names(_ propertyList: ByteView, limits: MachOLimits) -> [[UInt8]] {
    guard let tree = XMLTree(propertyList) else { return [] }
    var names: [[UInt8]] = []
    for (index, node) in tree.nodes.enumerated() where node.kind == .element {
      guard let text = tree.text(of: index) else { continue }
      if tree.isElement(index, named: "key") {
        names.append(text)
      } else if tree.isElement(index, named: "array") {
        var seen: Set<[UInt8]> = []
        for inner in index..<node.end {
          // Arrays in arrays look at their texts again for each level.
          let text = tree.text(of: inner)
          limits.entitlementBytes -= (text?.count ?? 0) + nodeCost
          guard limits.entitlementBytes > 0 else { return names }
          guard let text, !isBlank(text), seen.insert(text).inserted else { continue }
          names.append(text)
        }
      }
    }
    return names
  }

  /// What a node counts beside its text.
  private static let nodeCost = 16

  private static func isBlank(_ text: [UInt8]) -> Bool {
    ByteView.with(text) { UnicodeWhitespace.isBlank($0) }
  }
}
