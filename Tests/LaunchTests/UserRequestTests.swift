import Testing

@testable import Launch

struct UserRequestTests {
    static let passwd = Array(
        """
        root:x:0:0:root:/root:/bin/sh
        # a comment: 1:2
        alice:x:1000:1001::/home/alice:/bin/sh
        short:x:7
        wrap:x:4294967296:0::/:
        big:x:4294967295:0::/:
        2000:x:3:4::/number:
        alice:x:0:0::/root:/bin/sh

        """.utf8)
    static let group = Array(
        """
        root:x:0:
        wheel:x:10:root,alice
        users:x:100:bob,alice
        broken:x:ten:alice
        audio:x:29:alicex

        """.utf8)

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var request: UserRequest
        var expected: Result<ResolvedUser, LaunchFailure.Reason>

        init(_ name: String, _ request: UserRequest, _ uid: UInt32, _ gid: UInt32, _ groups: [UInt32], _ home: String?)
        {
            testDescription = name
            self.request = request
            expected = .success(ResolvedUser(uid: uid, gid: gid, groups: groups, home: home))
        }
        init(_ name: String, _ request: UserRequest, _ reason: LaunchFailure.Reason) {
            testDescription = name
            self.request = request
            expected = .failure(reason)
        }
    }

    @Test(arguments: [
        Case("root by number", UserRequest(user: .id(0)), 0, 0, [0, 10], "/root"),
        Case(
            "a user by name: the first line counts", UserRequest(user: .text("alice")), 1000, 1001, [10, 100, 1001],
            "/home/alice"),
        Case(
            "a user by number is found too", UserRequest(user: .id(1000)), 1000, 1001, [10, 100, 1001], "/home/alice"),
        Case("a number nobody has is fine", UserRequest(user: .id(4242)), 4242, 0, [0], nil),
        Case("a name nobody has is not", UserRequest(user: .text("mallory")), .noSuchUser),
        Case("a line with too few fields is no user", UserRequest(user: .text("short")), .noSuchUser),
        Case("a uid that wraps to 0 is no user", UserRequest(user: .text("wrap")), .noSuchUser),
        Case("a uid that is -1 is no user", UserRequest(user: .text("big")), .noSuchUser),
        Case("a group by name", UserRequest(user: .id(4242), group: .text("wheel")), 4242, 10, [10], nil),
        Case(
            "a group by number", UserRequest(user: .text("alice"), group: .id(5)), 1000, 5, [5, 10, 100], "/home/alice"),
        Case("a group nobody has", UserRequest(user: .id(0), group: .text("broken")), .noSuchGroup),
        Case(
            "additional groups come on top, each once", UserRequest(user: .text("alice"), additionalGroups: [100, 9]),
            1000, 1001, [9, 10, 100, 1001], "/home/alice"),
        Case(
            "strictly, the image adds none",
            UserRequest(
                user: .text("alice"), additionalGroups: [9], takesImageGroups: false), 1000, 1001, [9, 1001],
            "/home/alice"),
        Case(
            "strictly, a group by name is still the image's",
            UserRequest(user: .id(4242), group: .text("wheel"), takesImageGroups: false), 4242, 10, [10], nil),
    ])
    func `users are looked up`(_ row: Case) {
        let found = Result { () throws(LaunchFailure.Reason) in
            try row.request.resolve(passwd: Self.passwd, group: Self.group)
        }
        #expect(found == row.expected)
    }

    @Test(
        arguments: [
            ("0", .id(0)), ("1000", .id(1000)), ("2147483647", .id(2_147_483_647)), ("root", .text("root")),
            ("www-data", .text("www-data")), ("user.name", .text("user.name")), ("00", .id(0)),
            ("", nil), ("-1", nil), ("+1", nil), ("2147483648", nil), ("4294967295", nil), ("4294967296", nil),
            ("99999999999999999999", nil), ("root ", nil), (" root", nil), ("root\n", nil), ("a:b", nil), ("0:0", nil),
            ("../etc", nil), ("a\u{0}b", nil), ("a\u{7f}", nil),
        ] as [(String, UserRequest.Name?)])
    func `a user is a name or a number and nothing in between`(_ text: String, _ expected: UserRequest.Name?) {
        #expect(UserRequest.Name(text) == expected)
    }

    @Test func `hostile files give an answer`() throws {
        let noise = [UInt8](repeating: UInt8(ascii: ":"), count: 1 << 20)
        #expect(throws: LaunchFailure.Reason.noSuchUser) {
            try UserRequest(user: .text("a")).resolve(passwd: noise, group: noise)
        }
        let members = Array(("root:x:0:0::/:\n").utf8)
        let groups = (0..<5000).flatMap { Array("g\($0):x:\($0):root\n".utf8) }
        let found = try UserRequest(user: .id(0)).resolve(passwd: members, group: groups)
        #expect(found.groups.count == 1024)
    }
}
