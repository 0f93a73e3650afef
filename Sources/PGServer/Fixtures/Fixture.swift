/// The tables and rows that a test or a benchmark finds in its database.
public struct Fixture: Sendable, Hashable {
  /// The name, for messages.
  public let name: String
  /// The SQL that makes the content: statements separated by semicolons, run in an empty UTF-8 database.
  ///
  /// They run as one transaction. The kit then runs VACUUM (FREEZE, ANALYZE), so that every clone starts with
  /// the same statistics and the same visibility.
  ///
  /// A dump as `pg_dump --no-owner --no-privileges` writes it will do: with `COPY … FROM stdin` and its data,
  /// and with psql's commands that change nothing, such as `\connect`. Statements that make or change
  /// databases are left out.
  public let script: String

  /// Names some SQL.
  public init(name: String, script: String) {
    self.name = name
    self.script = script
  }

  /// A database with nothing in it.
  public static let empty = Fixture(name: "empty", script: "")
}

extension Fixture {
  /// The study's schema, `users` and `products`, with the same 100 rows in each.
  ///
  /// The rows are numbered from 1: `user1`, `user1@example.com`, `User 1`; `Product 1`, price
  /// 10.99 + 1, `SKU1`.
  public static let study = Fixture(
    name: "study",
    script: """
      CREATE TABLE users (
        id serial PRIMARY KEY,
        created_date timestamp DEFAULT now(),
        updated_date timestamp DEFAULT now(),
        deleted_date timestamp,
        username text UNIQUE,
        email text UNIQUE,
        full_name text
      );
      CREATE TABLE products (
        id serial PRIMARY KEY,
        created_date timestamp DEFAULT now(),
        updated_date timestamp DEFAULT now(),
        deleted_date timestamp,
        name text,
        description text,
        price double precision NOT NULL,
        sku text UNIQUE
      );
      CREATE INDEX products_name ON products (name);
      INSERT INTO users (username, email, full_name)
        SELECT 'user' || i, 'user' || i || '@example.com', 'User ' || i FROM generate_series(1, 100) AS i;
      INSERT INTO products (name, price, sku)
        SELECT 'Product ' || i, 10.99 + i, 'SKU' || i FROM generate_series(1, 100) AS i;
      """)
}
