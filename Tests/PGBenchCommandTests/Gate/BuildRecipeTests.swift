import Testing

@testable import PGBenchCommand

@Suite("BuildRecipe")
struct BuildRecipeTests {
  private static let recipe = BuildRecipe(
    configuration: .release, preparation: "make assets", environment: ["HOME": "/home/me", "SHOP": "open"],
    passed: ["SHOP"], toolchain: "Swift 6.3.1")

  @Test("Builds of the same recipe have the same key, and one that differs in anything has another")
  func key() {
    let key = Self.recipe.key(resolved: "versions")
    #expect(key == Self.recipe.key(resolved: "versions"))
    #expect(key.hasPrefix("release-"))
    var other = Self.recipe
    other.preparation = "make"
    #expect(other.key(resolved: "versions") != key)
    other.preparation = nil
    #expect(other.key(resolved: "versions") != key)
    for (configuration, toolchain, value) in [
      (BuildConfiguration.debug, "Swift 6.3.1", "open"), (.release, "Swift 6.4", "open"),
      (.release, "Swift 6.3.1", "closed"),
    ] {
      let other = BuildRecipe(
        configuration: configuration, preparation: "make assets",
        environment: ["HOME": "/home/me", "SHOP": value],
        passed: ["SHOP"], toolchain: toolchain)
      #expect(other.key(resolved: "versions") != key)
    }
    #expect(Self.recipe.key(resolved: nil) != key)
  }

  @Test("A variable that nobody asked for is no part of the key")
  func others() {
    let other = BuildRecipe(
      configuration: .release, preparation: "make assets", environment: ["HOME": "/root", "SHOP": "open"],
      passed: ["SHOP"], toolchain: "Swift 6.3.1")
    #expect(other.key(resolved: nil) == Self.recipe.key(resolved: nil))
  }
}
