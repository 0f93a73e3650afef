/// So many pieces of a product, as a customer asks for them.
public struct Item: Sendable {
  /// The product's number.
  public let product: Int
  /// How many pieces.
  public let quantity: Int

  /// Asks for so many pieces of a product.
  public init(product: Int, quantity: Int) {
    self.product = product
    self.quantity = quantity
  }
}
