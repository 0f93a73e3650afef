@_exported public import PGBenchCore
@_exported public import PGDriver
