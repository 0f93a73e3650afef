// PGBenchCore
