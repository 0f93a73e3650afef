// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

let driver = Target.Dependency.product(name: "PGDriver", package: "PGBenchKit")
let server = Target.Dependency.product(name: "PGServer", package: "PGBenchKit")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")

let package = Package(
  name: "ShopService",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "ShopService", targets: ["ShopService"])],
  dependencies: [
    // The clone that this example lies in. A package of yours names a version instead:
    // .package(url: "https://github.com/OWNER/PGBenchKit", from: "1.0.0"),
    .package(name: "PGBenchKit", path: "../.."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(
      url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["CommandLineArguments"]),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Benchmarks only.
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    // The service, for the program, its tests and its benchmarks.
    .target(
      name: "ShopServer",
      dependencies: [
        driver, hummingbird,
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    // The program: reads its configuration, and starts a PostgreSQL of its own if none is named.
    .executableTarget(
      name: "ShopService",
      dependencies: [
        "ShopServer", driver, server, .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ShopServiceTests",
      dependencies: [
        "ShopServer", driver, server, hummingbird, .product(name: "Logging", package: "swift-log"),
        .product(name: "PGServerTesting", package: "PGBenchKit"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ServiceBenchmarks",
      dependencies: [
        "ShopServer", .product(name: "PGBenchKit", package: "PGBenchKit"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
  ]
)
