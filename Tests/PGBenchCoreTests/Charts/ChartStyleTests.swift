import Foundation
import Testing

@testable import PGReporting

@Suite("The colours of charts")
struct ChartStyleTests {
  private typealias Colour = [Double]

  /// A colour's linear red, green and blue.
  private func linear(_ hex: String) -> Colour {
    stride(from: 1, to: 7, by: 2).map { place in
      let start = hex.index(hex.startIndex, offsetBy: place)
      let value = Double(Int(hex[start..<hex.index(start, offsetBy: 2)], radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  /// WCAG 2.2's contrast ratio.
  private func contrast(_ a: String, _ b: String) -> Double {
    let values = [a, b].map {
      zip(linear($0), [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 } + 0.05
    }
    return max(values[0], values[1]) / min(values[0], values[1])
  }

  /// A colour in CIELAB.
  private func lab(_ rgb: Colour) -> Colour {
    let xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]].map { row in
      zip(row, rgb).reduce(0) { $0 + $1.0 * min(1, max(0, $1.1)) }
    }
    let f = zip(xyz, [0.95047, 1, 1.08883]).map { value, white in
      value / white > 0.008856 ? cbrt(value / white) : 7.787 * value / white + 16.0 / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  /// What people see who lack one kind of cone: Machado, Oliveira and Fernandes, IEEE Transactions on
  /// Visualization and Computer Graphics 15 (2009), severity 1.
  private let visions: [String: [[Double]]] = [
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no long": [
      [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
    "no medium": [
      [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
    "no short": [
      [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ],
  ]

  @Test(
    "Texts have a contrast of 4.5, marks of 3, in both schemes",
    arguments: [ChartStyle.light, ChartStyle.dark])
  func contrasts(_ scheme: ChartStyle.Scheme) {
    for text in [scheme.ink, scheme.faint] {
      #expect(contrast(text, scheme.paper) >= 4.5 && contrast(text, scheme.zone) >= 4.5)
    }
    for colour in scheme.series {
      #expect(contrast(colour, scheme.paper) >= 3, "\(colour)")
    }
  }

  @Test(
    "Whatever cones people have, any two series differ by more than 10 in CIELAB, and the first two by 30",
    arguments: [ChartStyle.light, ChartStyle.dark])
  func visions(_ scheme: ChartStyle.Scheme) {
    for (name, matrix) in visions {
      let seen = scheme.series.map { hex in
        lab(matrix.map { row in zip(row, linear(hex)).reduce(0) { $0 + $1.0 * $1.1 } })
      }
      for (index, a) in seen.enumerated() {
        for (other, b) in seen.enumerated() where other > index {
          let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
          #expect(distance > (other == 1 ? 30 : 10), "\(name): \(index) and \(other) of \(scheme)")
        }
      }
    }
  }

  @Test("Any number of series has a look, and no two of the first six have the same shape or dashes")
  func looks() {
    for index in [Int.min, -1, 0, 6, .max] {
      #expect((0..<ChartStyle.count).contains(ChartStyle.Look(index).place))
    }
    let shapes = (0..<ChartStyle.count).map { index in
      var svg = SVG()
      svg.mark(ChartStyle.Look(index), x: 0, y: 0)
      return svg.markup
    }
    #expect(Set(shapes).count == ChartStyle.count)
    #expect(Set((0..<ChartStyle.count).map { ChartStyle.Look($0).dash }).count == ChartStyle.count)
  }
}
