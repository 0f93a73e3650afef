extension Migration {
  /// The steps of this service; new ones are added at the end, and those that are there never change.
  package static let shop = [
    Migration(version: 1, name: "users and products", script: tables(prefix: "")),
    Migration(
      version: 2, name: "the benchmarks' own users and products",
      script: tables(prefix: "benchmark_") + benchmarkRows),
    Migration(version: 3, name: "TechEmpower's tables", script: techEmpower),
  ]

  /// Users and products as the study has them; a database that has its tables already keeps them.
  private static func tables(prefix: String) -> String {
    """
    CREATE TABLE IF NOT EXISTS \(prefix)users (
      id serial PRIMARY KEY,
      created_date timestamp DEFAULT \(utcNow),
      updated_date timestamp DEFAULT \(utcNow),
      deleted_date timestamp,
      username text UNIQUE,
      email text UNIQUE,
      full_name text
    );
    CREATE TABLE IF NOT EXISTS \(prefix)products (
      id serial PRIMARY KEY,
      created_date timestamp DEFAULT \(utcNow),
      updated_date timestamp DEFAULT \(utcNow),
      deleted_date timestamp,
      name text,
      description text,
      price double precision NOT NULL,
      sku text UNIQUE
    );
    CREATE INDEX IF NOT EXISTS \(prefix)products_name ON \(prefix)products (name);

    """
  }

  /// The rows 1 to 100 that the benchmarks read, and never delete.
  private static let benchmarkRows = """
    INSERT INTO benchmark_users (username, email, full_name)
      SELECT 'user' || i, 'user' || i || '@example.com', 'User ' || i FROM generate_series(1, 100) AS i;
    INSERT INTO benchmark_products (name, price, sku)
      SELECT 'Product ' || i, 10.99 + i, 'SKU' || i FROM generate_series(1, 100) AS i;
    """

  /// 10,000 numbers and 12 fortunes, as TechEmpower's Framework Benchmarks ask for them.
  private static let techEmpower = """
    CREATE TABLE world (id integer PRIMARY KEY, randomnumber integer NOT NULL);
    INSERT INTO world SELECT i, 1 + floor(random() * 10000) FROM generate_series(1, 10000) AS i;
    CREATE TABLE fortune (id integer PRIMARY KEY, message text NOT NULL);
    INSERT INTO fortune VALUES
      (1, 'Measure first, then change one thing.'),
      (2, 'A mean needs an interval.'),
      (3, 'The fastest statement is the one that is not sent.'),
      (4, 'Leave room for what fails.'),
      (5, 'Every write has to keep every index.'),
      (6, 'Count before you guess.'),
      (7, 'Old copies of data are wrong sooner or later.'),
      (8, 'Noise looks like news.'),
      (9, 'A queue has a length, and a limit.'),
      (10, 'Read the plan.'),
      (11, '<script>alert("This is text, not a script.");</script>'),
      (12, 'フレームワークのベンチマーク');
    """
}
