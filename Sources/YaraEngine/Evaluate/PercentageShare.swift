/// What `p% of ...` asks for; for the evaluator and the hunt planner alike.
public enum PercentageShare {
  /// How many of `count` items a percentage asks for, rounded up.
  public static func wanted(_ percentage: Int64, of count: Int) -> Int64 {
    let share = (Double(count) * Double(percentage) / 100).rounded(.up)
    return share >= 9.2e18 ? Int64.max : Int64(share)
  }

  /// YARA compares the share found, a float, with the percentage, where it selects from a set
  /// without a place.
  public static func sufficesInYara(_ found: Int, of count: Int, for percentage: Int64) -> Bool {
    Double(found) / Double(count) * 100 >= Double(percentage)
  }
}
