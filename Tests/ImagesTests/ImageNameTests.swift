import Testing

@testable import Images

/// Rows from github.com/distribution/reference, reference_test.go and normalize_test.go, in our own words.
struct ImageNameTests {
    @Test(arguments: [
        ("busybox", "docker.io/library/busybox:latest"),
        ("busybox:1.36", "docker.io/library/busybox:1.36"),
        ("me/app", "docker.io/me/app:latest"),
        ("docker.io/busybox", "docker.io/library/busybox:latest"),
        ("index.docker.io/busybox", "docker.io/library/busybox:latest"),
        ("index.docker.io/me/app:2", "docker.io/me/app:2"),
        ("localhost/app", "localhost/app:latest"),
        ("localhost:5000/app:x", "localhost:5000/app:x"),
        ("quay.io/a/b/c:v1.2_3-x", "quay.io/a/b/c:v1.2_3-x"),
        ("Example/app", "Example/app:latest"),
        ("[2001:db8::1]:5000/app", "[2001:db8::1]:5000/app:latest"),
        ("[2001:db8::1]/app", "[2001:db8::1]/app:latest"),
        ("a__b/c--d/e.f", "docker.io/a__b/c--d/e.f:latest"),
        (
            "busybox:1@sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa",
            "docker.io/library/busybox@sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"
        ),
    ])
    func `a name is completed as Docker does`(_ text: String, _ whole: String) throws {
        #expect(try ImageName(parsing: text).description == whole)
        #expect(try ImageName(parsing: whole).description == whole)
    }

    @Test(arguments: [
        "", " ", ":", "/", "a//b", "-a", "a-", "a..b", "a___b", "a:b:c", "a:", "a:-x", "a@", "a@sha256:12", "../x",
        "a/../b", "https://x/y", "a b", "a\n", "é", "a.b./c", "[::1/app", "x:5a/app",
        "a:" + String(repeating: "t", count: 129),
        "[]/a", "a@sha512:abc",
    ])
    func `what is no reference is refused`(_ text: String) {
        #expect(throws: ImageError.invalidName(text, .format)) { try ImageName(parsing: text) }
    }

    @Test func `refusals are worded as Docker words them`() {
        #expect(message("a:b:c") == "\"a:b:c\": invalid reference format")
        #expect(message("Busybox") == "invalid reference format: repository name (library/Busybox) must be lowercase")
        let hex = String(repeating: "a1", count: 32)
        #expect(message(hex) == "invalid repository name (\(hex)), cannot specify 64-byte hexadecimal strings")
        let long = String(repeating: "a", count: 250)
        #expect(message(long) == "\"\(long.prefix(200))…\": repository name must not be more than 255 characters")
    }

    private func message(_ text: String) -> String? {
        do throws(ImageError) {
            _ = try ImageName(parsing: text)
            return nil
        } catch {
            return error.description
        }
    }
}
