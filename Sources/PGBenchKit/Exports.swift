@_exported public import PGBenchCore
@_exported public import PGBenchHost
@_exported public import PGDriver
@_exported public import PGServer
