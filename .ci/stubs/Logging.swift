/// The few names of swift-log that samples use.
public struct Logger: Sendable {
  public init(label: String) {}
}
