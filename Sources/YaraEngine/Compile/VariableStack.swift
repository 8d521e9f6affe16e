/// The variables in scope, innermost last, found by name in constant time: a `with` may declare
/// thousands.
struct VariableStack {
  private var variables: [ConditionChecker.Variable] = []
  /// Of each name the places of its variables, innermost last; none for a name out of scope.
  private var places: [String: [Int]] = [:]

  var count: Int { variables.count }
  var names: some Sequence<String> { variables.lazy.map(\.name) }

  func contains(_ name: String) -> Bool { places[name] != nil }

  mutating func append(_ variable: ConditionChecker.Variable) {
    places[variable.name, default: []].append(variables.count)
    variables.append(variable)
  }

  /// The innermost variable of the name, which counts as used from here on.
  mutating func use(_ name: String) -> ConditionChecker.Variable? {
    guard let index = places[name]?.last else { return nil }
    variables[index].isUsed = true
    return variables[index]
  }

  /// Those declared after the outermost so many.
  func declared(after outer: Int) -> ArraySlice<ConditionChecker.Variable> {
    variables[min(outer, variables.count)...]
  }

  /// Ends the scope of all but the outermost so many.
  mutating func leave(to outer: Int) {
    while variables.count > outer, let last = variables.popLast() {
      places[last.name]?.removeLast()
      if places[last.name]?.isEmpty == true { places[last.name] = nil }
    }
  }
}
