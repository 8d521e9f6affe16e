extension ContinuousClock.Instant {
  /// Seconds from then to now.
  var secondsAgo: Double { (ContinuousClock.now - self) / .seconds(1) }
}
