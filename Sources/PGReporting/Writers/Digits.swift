/// Numbers as text in a file of millions of them: without the string that `description` makes of each.
extension [UInt8] {
  /// Adds a whole number.
  mutating func append(decimal number: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: number.magnitude, digits: 1)
  }

  /// Adds nanoseconds as microseconds with three decimals.
  mutating func append(microseconds nanoseconds: Int) {
    if nanoseconds < 0 { append(UInt8(ascii: "-")) }
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
    append(decimal: whole, digits: 1)
    append(UInt8(ascii: "."))
    append(decimal: rest, digits: 3)
  }

  /// Adds a number of so many digits at least.
  private mutating func append(decimal number: UInt, digits: Int) {
    let start = count
    var rest = number
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      append(UInt8(ascii: "0") + UInt8(digit))
      rest = quotient
    } while rest > 0 || count - start < digits
    // In place: a slice that is changed would be copied.
    var (first, last) = (start, count - 1)
    while first < last {
      swapAt(first, last)
      (first, last) = (first + 1, last - 1)
    }
  }
}
