/// How this package was compiled.
package enum BuildMode {
  /// Whether with optimisation, whatever the configuration is called.
  package static var isOptimised: Bool { !_isDebugAssertConfiguration() }
}
