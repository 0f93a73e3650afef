import Foundation
import Hummingbird

/// The parameters in a request's query, and in its path.
package struct QueryParameters {
  private let values: Parameters

  /// Takes those of a request.
  init(_ request: Request) { values = request.uri.queryParameters }

  /// The texts of a parameter, one for each time that it is given.
  func texts(_ name: String) -> [String] { values[values: name[...]].map(String.init) }

  /// A whole number, if it is given.
  ///
  /// - Throws: what is wrong with it.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
    let texts = texts(name)
    guard let text = texts.first else { return nil }
    guard texts.count == 1 else { throw .invalid("\(name) is given more than once.") }
    guard let number = WholeNumber.read(text), range.contains(number) else {
      throw .invalid("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }
}

/// Whole numbers as paths and queries have them.
enum WholeNumber {
  /// Digits, and a minus sign before them or not; nil of anything else, and of what no Int holds.
  static func read(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(text)
  }
}

extension BasicRequestContext {
  /// The id in the path.
  ///
  /// - Throws: what is wrong with it.
  func pathID() throws(Problem) -> Int32 {
    let text = parameters.get("id")?.removingPercentEncoding ?? ""
    guard let number = WholeNumber.read(text), let id = Int32(exactly: number) else {
      throw .invalid("The id must be a whole number from \(Int32.min) to \(Int32.max).")
    }
    return id
  }
}
