// PGBenchKit
