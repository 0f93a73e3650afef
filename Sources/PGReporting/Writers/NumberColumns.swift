import PGSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The long columns of numbers of a report, which are written past its encoder.
///
/// Nearly all of a report is the columns of its rounds, and `JSONEncoder` takes some 150 ns for each number:
/// it keeps each as a value of its own before it writes any. So it is given a short text in a column's
/// place, and the column is put there afterwards. Other arrays of numbers only lose their line breaks.
final class NumberColumns: Sendable {
  /// By which the text in a column's place is known from all that a report may hold.
  private let mark = "column of \(UUID().uuidString): "
  private let columns = Lock<[[Int]]>([])

  private static let key = CodingUserInfoKey(rawValue: "PGReporting.NumberColumns")

  /// Has the values that an encoder is given find these columns.
  func areKept(by encoder: JSONEncoder) {
    if let key = Self.key { encoder.userInfo[key] = self }
  }

  /// Those that an encoder's values are to use; nil of an encoder that knows of none.
  static func kept(by encoder: any Encoder) -> NumberColumns? {
    key.flatMap { encoder.userInfo[$0] as? NumberColumns }
  }

  /// Keeps a column, and returns the text that is to be encoded in its place.
  func keep(_ column: [Int]) -> String {
    columns.withLock { columns in
      columns.append(column)
      return mark + String(columns.count - 1)
    }
  }

  /// Puts the columns into their places, and each other array of numbers into one line; other text is left alone.
  func put(into json: [UInt8]) -> [UInt8] {
    let columns = columns.withLock { $0 }
    let opening = [UInt8(ascii: "\"")] + Array(mark.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(json.count + columns.reduce(0) { $0 + $1.count * 8 })
    var index = 0
    while index < json.count {
      let byte = json[index]
      if byte == UInt8(ascii: "\"") {
        let end = Self.endOfString(json, from: index)
        if json[index...].starts(with: opening),
          let number = Int(String(decoding: json[(index + opening.count)..<(end - 1)], as: UTF8.self)),
          columns.indices.contains(number)
        {
          Self.append(columns[number], to: &result)
        } else {
          result += json[index..<end]
        }
        index = end
      } else if byte == UInt8(ascii: "["), let end = Self.endOfNumbers(json, from: index) {
        for byte in json[index..<end] where !Self.isSpace(byte) {
          result.append(byte)
          if byte == UInt8(ascii: ",") { result.append(UInt8(ascii: " ")) }
        }
        index = end
      } else {
        result.append(byte)
        index += 1
      }
    }
    return result
  }

  /// Such as `[1, 2, 3]`.
  private static func append(_ column: [Int], to text: inout [UInt8]) {
    text.append(UInt8(ascii: "["))
    for (index, number) in column.enumerated() {
      if index > 0 {
        text.append(UInt8(ascii: ","))
        text.append(UInt8(ascii: " "))
      }
      text.append(decimal: number)
    }
    text.append(UInt8(ascii: "]"))
  }

  /// What comes after a string that begins at an index.
  private static func endOfString(_ json: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < json.count, json[index] != UInt8(ascii: "\"") {
      index += json[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, json.count)
  }

  /// What comes after an array that holds nothing but numbers; nil of any other.
  private static func endOfNumbers(_ json: [UInt8], from start: Int) -> Int? {
    var index = start + 1
    while index < json.count, isSpace(json[index]) || isPartOfNumber(json[index]) { index += 1 }
    return index < json.count && json[index] == UInt8(ascii: "]") ? index + 1 : nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
  }

  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: ","), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
}
