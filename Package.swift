// swift-tools-version: 6.3

import PackageDescription

/// Whether SwiftPM checked this package out as somebody's dependency.
///
/// The user's own configuration decides there, as it does about the user's code: a debug build with an optimised kit would look
/// like one that may be measured. SwiftPM before 6.2 also refuses unsafe flags of dependencies.
let isDependency =
  Context.packageDirectory.contains("/checkouts/")
  || Context.packageDirectory.contains("/registry/downloads/")

/// Whether SwiftPM builds by `swiftbuild`, its default from 6.4 on; PGBENCH_BUILD_SYSTEM names another choice, which
/// a manifest isn't told.
///
/// By flags it compiles no whole module in the debug configuration ("unable to open dependencies file"), so that nothing
/// generic is specialised across files: measure with `-c release` there.
#if compiler(>=6.4)
  let isSwiftBuild = Context.environment["PGBENCH_BUILD_SYSTEM"] != "native"
#else
  let isSwiftBuild = Context.environment["PGBENCH_BUILD_SYSTEM"] == "swiftbuild"
#endif

/// The whole module at once: fewer processes that read the same modules anew, and expand the same macros.
let wholeModule = isSwiftBuild ? [] : ["-wmo", "-num-threads", "2", "-disable-batch-mode"]

/// Flags of the debug configuration, where this is the root package.
func debugging(_ flags: [String]) -> [SwiftSetting] {
  isDependency || flags.isEmpty ? [] : [.unsafeFlags(flags, .when(configuration: .debug))]
}

/// What makes plain `swift test`, which builds the debug configuration, measure optimised code.
///
/// A benchmark of unoptimised code is wrong by 15 to 60 per cent, and differently for each driver.
///
/// The whole module at once, as the release configuration compiles it, or nothing generic is specialised across files. Several
/// threads, for SwiftPM's index store takes no single object file; and no batches, which the debug configuration asks for
/// and the compiler would warn of.
let optimisation = debugging(["-O"] + wholeModule)

let language: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// For what is measured, and what measures it.
let settings = language + optimisation

/// For the rest, which the optimiser would take most of a build's time for: the server, reports, tests and the command.
let unoptimised = language + debugging(wholeModule)

let subprocess: [Target.Dependency] = [
  .product(name: "Subprocess", package: "swift-subprocess"),
  .product(name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
]

// A layer is a target, and names the layers below it, even those that come with another: SwiftPM compiles a target anew only when a
// module that it names has changed, and what is inlined from, or laid out by, the others would stay as it was.
let system: [Target.Dependency] = ["CPGSystem", "PGSystem"]
let analysis: [Target.Dependency] = ["PGStatistics", "PGMeasuring", "PGVerdicts", "PGReporting"]
let server: [Target.Dependency] = ["PGDriver", "PGServer"]

let package = Package(
  name: "PGBenchKit",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "PGBenchKit", targets: ["PGBenchKit"]),
    .library(name: "PGDriver", targets: ["PGDriver"]),
    .library(name: "PGServer", targets: ["PGServer"]),
    .library(name: "PGServerTesting", targets: ["PGServerTesting"]),
    .executable(name: "pgbench-kit", targets: ["PGBenchCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    // The command line; nobody who only uses the libraries builds it.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // The file paths of swift-subprocess's interface.
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibPQ",
      pkgConfig: "libpq",
      providers: [.apt(["libpq-dev"]), .yum(["libpq-devel"]), .brew(["libpq"])]),
    .target(name: "CPGSystem"),
    .target(name: "CPGAllocations"),
    .target(
      name: "PGSystem",
      dependencies: ["CPGSystem"],
      swiftSettings: settings),
    .target(
      name: "PGDriver",
      dependencies: system + ["CLibPQ"],
      swiftSettings: settings),
    .target(
      name: "PGServer",
      dependencies: system + ["PGDriver"] + subprocess,
      swiftSettings: unoptimised),
    .target(
      name: "PGServerTesting",
      dependencies: system + server,
      swiftSettings: unoptimised),
    .target(
      name: "PGStatistics",
      swiftSettings: settings),
    .target(
      name: "PGMeasuring",
      dependencies: system + ["CPGAllocations", "PGStatistics"],
      swiftSettings: settings),
    .target(
      name: "PGVerdicts",
      dependencies: system + ["PGStatistics", "PGMeasuring"],
      swiftSettings: settings),
    .target(
      name: "PGReporting",
      dependencies: system + ["PGStatistics", "PGMeasuring", "PGVerdicts"],
      swiftSettings: unoptimised),
    .target(
      name: "PGBenchHost",
      dependencies: system + server + analysis + ["CLibPQ"],
      swiftSettings: settings),
    .target(
      name: "PGBenchKit",
      dependencies: system + server + analysis + ["CLibPQ", "PGBenchHost"],
      swiftSettings: settings),
    .executableTarget(
      name: "PGBenchCommand",
      dependencies: system + server + analysis + [
        "PGBenchHost", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ] + subprocess,
      swiftSettings: unoptimised),
    .target(
      name: "PGTestSupport",
      dependencies: system,
      path: "Tests/PGTestSupport",
      swiftSettings: unoptimised),
    .testTarget(
      name: "PGSystemTests",
      dependencies: system + ["PGTestSupport"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "PGDriverTests",
      dependencies: system + server + [
        "CPGAllocations", "PGTestSupport", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: unoptimised),
    .testTarget(
      name: "PGServerTests",
      dependencies: system + server + ["PGServerTesting", "PGTestSupport"] + subprocess,
      swiftSettings: unoptimised),
    .testTarget(
      name: "PGBenchCoreTests",
      dependencies: system + analysis + ["PGTestSupport"],
      exclude: ["Fixtures/make_reference_numbers.py"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "PGBenchKitTests",
      dependencies: system + server + analysis + ["PGBenchHost", "PGBenchKit", "PGTestSupport"] + subprocess,
      exclude: ["Calibration/other_gates.py"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "PGBenchCommandTests",
      dependencies: system + server + analysis + [
        "PGBenchHost", "PGBenchKit", "PGBenchCommand", "PGTestSupport",
      ]
        + subprocess,
      swiftSettings: unoptimised),
    .testTarget(
      name: "DriverBenchmarks",
      dependencies: system + server + analysis + ["CLibPQ", "PGBenchHost", "PGBenchKit"],
      exclude: ["Peers"],
      swiftSettings: settings),
  ]
)

/// The libraries and what they take.
let library: Set<String> = [
  "CLibPQ", "CPGSystem", "CPGAllocations", "PGSystem", "PGDriver", "PGServer", "PGStatistics", "PGMeasuring",
  "PGVerdicts", "PGReporting", "PGBenchHost", "PGBenchKit",
]

/// The targets of parts of the package, for those whose time goes into builds: `swift test --filter` builds all targets.
///
/// - `driver`: the drivers' tests and what they take, for the sanitizers, under which the rest takes minutes.
/// - `benchmarks`: the benchmarks and what they take, for comparisons of this package's own commits.
/// - `products`: all but the tests.
let parts: [String: Set<String>] = [
  "driver": [
    "CLibPQ", "CPGSystem", "CPGAllocations", "PGSystem", "PGDriver", "PGServer", "PGTestSupport",
    "PGSystemTests", "PGDriverTests",
  ],
  "benchmarks": library.union(["DriverBenchmarks"]),
  "products": library.union(["PGServerTesting", "PGBenchCommand"]),
]

if let kept = Context.environment["PGBENCH_PACKAGE"].flatMap({ parts[$0] }) {
  package.targets.removeAll { !kept.contains($0.name) }
  package.products = [.library(name: "PGDriver", targets: ["PGDriver"])]
  if !kept.contains("PGBenchCommand") {
    // Only the command takes it.
    package.dependencies.removeAll { dependency in
      if case .sourceControl(_, let location, _) = dependency.kind {
        location.hasSuffix("argument-parser")
      } else {
        false
      }
    }
  }
}
