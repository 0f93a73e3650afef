@_exported public import PGBenchHost
@_exported public import PGDriver
@_exported public import PGMeasuring
@_exported public import PGServer
@_exported public import PGStatistics
@_exported public import PGVerdicts
