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
