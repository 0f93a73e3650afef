import PGServerTesting
import ShopServer
import Testing

@Suite("Users", .postgres())
struct UserTests {
  private static let ada = #"{"username": "ada", "email": "ada@example.com", "full_name": "Ada Lovelace"}"#

  @Test("A user is made, read, changed, listed and deleted", arguments: API.allCases)
  func life(api: API) async throws {
    try await withShop { client in
      let made = try await client.send(.post, "/\(api)/users", Self.ada)
      #expect(made.status == 201)
      let user = try made.decode(UserReply.self)
      #expect(user.username == "ada" && user.email == "ada@example.com" && user.fullName == "Ada Lovelace")
      #expect(user.deletedDate == nil && user.createdDate.hasSuffix("Z"))

      let path = "/\(api)/users/\(user.id)"
      let read = try await client.get(path)
      #expect(read.status == 200)
      #expect(try read.decode(UserReply.self) == user)

      let changed = try await client.send(.put, path, #"{"full_name": "Ada King"}"#)
      #expect(changed.status == 200)
      let change = try changed.decode(UserReply.self)
      #expect(change.fullName == "Ada King" && change.username == "ada" && change.id == user.id)
      #expect(change.createdDate == user.createdDate && change.updatedDate != user.updatedDate)

      let listed = try await client.get("/\(api)/users")
      #expect(listed.status == 200)
      #expect(try listed.decode([UserReply].self) == [change])

      let deleted = try await client.send(.delete, path)
      #expect(deleted.status == 200)
      #expect(try deleted.decode(UserReply.self) == change)
      #expect(try await client.get(path).status == 404)
    }
  }

  @Test("What one API writes, the other reads")
  func bothAPIs() async throws {
    try await withShop { client in
      let made = try await client.send(.post, "/sync/users", Self.ada).decode(UserReply.self)
      #expect(try await client.get("/async/users/\(made.id)").decode(UserReply.self) == made)
    }
  }

  @Test("A name that is taken is refused", arguments: API.allCases)
  func duplicates(api: API) async throws {
    try await withShop { client in
      _ = try await client.send(.post, "/\(api)/users", Self.ada)
      let sameName = try await client.send(
        .post, "/\(api)/users", #"{"username": "ada", "email": "other@example.com"}"#)
      #expect(sameName.status == 400 && sameName.detail.contains("username"))
      let sameEmail = try await client.send(
        .post, "/\(api)/users", #"{"username": "other", "email": "ada@example.com"}"#)
      #expect(sameEmail.status == 400 && sameEmail.detail.contains("email"))

      let bob = try await client.send(
        .post, "/\(api)/users", #"{"username": "bob", "email": "bob@example.com"}"#
      ).decode(UserReply.self)
      let renamed = try await client.send(.put, "/\(api)/users/\(bob.id)", #"{"username": "ada"}"#)
      #expect(renamed.status == 400 && renamed.detail.contains("username"))
    }
  }

  @Test("An id that no user has is missing", arguments: API.allCases)
  func missing(api: API) async throws {
    try await withShop { client in
      for id in ["4711", "0", "-1", "2147483647"] {
        let path = "/\(api)/users/\(id)"
        for reply in [
          try await client.get(path), try await client.send(.put, path, "{}"),
          try await client.send(.delete, path),
        ] {
          #expect(reply.status == 404 && reply.detail.contains(id))
        }
      }
    }
  }

  @Test(
    "An id that is no number of 32 bits is refused",
    arguments: ["x", "1.5", "2147483648", "-2147483649", "99999999999999999999", "+1", "%00", "1%20", "٣"])
  func badID(id: String) async throws {
    try await withShop { client in
      for api in API.allCases {
        let path = "/\(api)/users/\(id)"
        for reply in [
          try await client.get(path), try await client.send(.put, path, "{}"),
          try await client.send(.delete, path),
        ] {
          #expect(reply.status == 422 && reply.detail.contains("whole number"))
        }
      }
    }
  }

  @Test(
    "A body that makes no user is refused, and says why",
    arguments: [
      ("", "JSON"), ("{", "JSON"), ("[]", "object"), ("null", "body"), ("{}", "missing"),
      (#"{"username": "a"}"#, "email"), (#"{"username": null, "email": "a@b"}"#, "null"),
      (#"{"username": 1, "email": "a@b"}"#, "text"), (#"{"username": "", "email": "a@b"}"#, "characters"),
      (#"{"username": "a\u0000b", "email": "a@b"}"#, "U+0000"),
      (#"{"username": "a", "email": "nobody"}"#, "email"),
      (#"{"username": "a", "email": "a@b@c"}"#, "email"),
      (#"{"username": "a", "email": "a @b"}"#, "email"),
      (#"{"username": "a", "email": "a@b", "full_name": []}"#, "full_name"),
      (#"{"username": "\#(String(repeating: "a", count: 101))", "email": "a@b"}"#, "101"),
    ])
  func badBody(body: String, reason: String) async throws {
    try await withShop { client in
      for api in API.allCases {
        let reply = try await client.send(.post, "/\(api)/users", body)
        #expect(reply.status == 422 && reply.detail.contains(reason), "\(reply.detail)")
        #expect(try await client.get("/\(api)/users").text == "[]")
      }
    }
  }

  @Test("A change keeps what it doesn't name, and may clear the full name only", arguments: API.allCases)
  func changes(api: API) async throws {
    try await withShop { client in
      let user = try await client.send(.post, "/\(api)/users", Self.ada).decode(UserReply.self)
      let path = "/\(api)/users/\(user.id)"
      let same = try await client.send(.put, path, "{}").decode(UserReply.self)
      #expect(same.fullName == user.fullName && same.email == user.email)
      #expect(
        try await client.send(.put, path, #"{"full_name": null}"#).decode(UserReply.self).fullName == nil)
      #expect(try await client.send(.put, path, #"{"username": null}"#).status == 422)
      #expect(try await client.send(.put, path, #"{"email": "nobody"}"#).status == 422)
    }
  }
}
