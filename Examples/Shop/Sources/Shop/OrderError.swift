/// Why an order was not placed.
public enum OrderError: Error {
  /// A product that it names isn't sold here.
  case unknownProduct
}
