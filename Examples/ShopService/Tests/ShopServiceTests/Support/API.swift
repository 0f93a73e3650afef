import Testing

/// The two APIs, which do the same through different drivers.
enum API: String, CaseIterable, CustomTestStringConvertible {
  case async, sync

  var testDescription: String { "/\(rawValue)" }
}
