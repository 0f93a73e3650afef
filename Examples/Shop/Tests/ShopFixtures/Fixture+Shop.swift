import PGServer

extension Fixture {
  /// 200 products, and 100 customers with 50 orders each of 3 products.
  public static let shop = Fixture(
    name: "shop",
    script: """
      CREATE TABLE products (
        id bigint PRIMARY KEY,
        name text NOT NULL,
        price bigint NOT NULL -- in cents
      );
      CREATE TABLE orders (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer_id bigint NOT NULL,
        placed_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX ON orders (customer_id, placed_at);
      CREATE TABLE order_lines (
        order_id bigint REFERENCES orders,
        product_id bigint REFERENCES products,
        quantity bigint NOT NULL,
        price bigint NOT NULL,
        PRIMARY KEY (order_id, product_id)
      );

      INSERT INTO products SELECT i, 'Product ' || i, 99 + 10 * i FROM generate_series(1, 200) AS i;
      INSERT INTO orders (customer_id, placed_at)
        SELECT 1 + i % 100, timestamptz '2026-01-01 00:00Z' + i * interval '1 minute'
        FROM generate_series(1, 5000) AS i;
      INSERT INTO order_lines
        SELECT o.id, p.id, 1 + p.id % 3, p.price
        FROM orders AS o, generate_series(0, 2) AS i JOIN products AS p ON true
        WHERE p.id = 1 + (o.id + 50 * i) % 200;
      """)
}
