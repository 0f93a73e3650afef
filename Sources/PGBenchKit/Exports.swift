@_exported public import PGBenchCore
@_exported public import PGBenchHost
@_exported public import PGDriver
