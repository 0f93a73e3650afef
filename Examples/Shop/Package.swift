// swift-tools-version: 6.2

import PackageDescription

// A connection isn't Sendable: async functions may be handed one because they stay on their caller's executor.
let settings: [SwiftSetting] = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let package = Package(
  name: "Shop",
  platforms: [.macOS(.v15)],
  products: [.library(name: "Shop", targets: ["Shop"])],
  dependencies: [
    // The clone that this example lies in. A package of yours names a version instead:
    // .package(url: "https://github.com/OWNER/PGBenchKit", from: "1.0.0"),
    .package(name: "PGBenchKit", path: "../..")
  ],
  targets: [
    .target(
      name: "Shop",
      dependencies: [.product(name: "PGDriver", package: "PGBenchKit")],
      swiftSettings: settings),
    // The tables and rows that tests and benchmarks begin with.
    .target(
      name: "ShopFixtures",
      dependencies: [.product(name: "PGServer", package: "PGBenchKit")],
      path: "Tests/ShopFixtures",
      swiftSettings: settings),
    .testTarget(
      name: "ShopTests",
      dependencies: [
        "Shop", "ShopFixtures", .product(name: "PGServer", package: "PGBenchKit"),
        .product(name: "PGServerTesting", package: "PGBenchKit"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ShopBenchmarks",
      dependencies: ["Shop", "ShopFixtures", .product(name: "PGBenchKit", package: "PGBenchKit")],
      swiftSettings: settings),
  ]
)
