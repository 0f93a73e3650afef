/// A user, as a client sees it.
struct UserReply: Decodable, Equatable {
  let id: Int32
  let username: String
  let email: String
  let fullName: String?
  let createdDate: String
  let updatedDate: String
  let deletedDate: String?
}

/// A product, as a client sees it.
struct ProductReply: Decodable, Equatable {
  let id: Int32
  let name: String
  let description: String?
  let price: Double
  let sku: String
  let createdDate: String
  let updatedDate: String
  let deletedDate: String?
}
