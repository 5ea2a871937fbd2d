/// An image name as Docker reads it: `[domain/]path[:tag][@digest]`, familiar names completed
/// (`busybox` is `docker.io/library/busybox:latest`). A name with tag and digest keeps the digest only.
///
/// The grammar is that of github.com/distribution/reference (regexp.go, normalize.go).
struct ImageName: Hashable, Sendable, CustomStringConvertible {
    let domain: String
    let path: String
    /// Nil when there is a digest.
    let tag: String?
    let digest: String?

    var description: String {
        "\(domain)/\(path)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    init(parsing text: String) throws(ImageError) {
        let format = ImageError.invalidName(text, .format)
        if Digest(hex: text) != nil { throw .invalidName(text, .isIdentifier) }
        guard text.utf8.count <= 1024, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw format }

        var (domain, rest) = Self.splitDomain(text)
        let beforeTag = rest.prefix { $0 != ":" }
        if beforeTag.contains(where: { $0.isUppercase }) { throw .invalidName(text, .upperCase(String(beforeTag))) }

        var digest: String?
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = String(rest[..<at])
            guard Self.isDigest(digest!) else { throw format }
        }
        var tag: String?
        if let colon = rest.firstIndex(of: ":") {
            tag = String(rest[rest.index(after: colon)...])
            rest = String(rest[..<colon])
            guard Self.isTag(tag!) else { throw format }
        }
        guard Self.isDomain(domain), Self.isPath(rest) else { throw format }
        if domain.utf8.count + 1 + rest.utf8.count > 255 { throw .invalidName(text, .tooLong) }
        self.domain = domain
        self.path = rest
        self.digest = digest
        self.tag = digest == nil ? (tag ?? "latest") : nil
    }

    private static func splitDomain(_ text: String) -> (domain: String, rest: String) {
        guard let slash = text.firstIndex(of: "/") else { return ("docker.io", "library/\(text)") }
        let first = String(text[..<slash])
        let rest = String(text[text.index(after: slash)...])
        var domain = "docker.io"
        var path = text
        if first == "localhost" || first.contains(where: { $0 == "." || $0 == ":" || $0.isUppercase }) {
            domain = first == "index.docker.io" ? "docker.io" : first
            path = rest
        }
        if domain == "docker.io", !path.contains("/") { path = "library/\(path)" }
        return (domain, path)
    }

    private static func isDomain(_ text: String) -> Bool {
        var host = Substring(text)
        // The port comes after the last colon, unless that is inside the brackets of an IPv6 address.
        if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") {
            let port = host[host.index(after: colon)...]
            guard !port.isEmpty, port.utf8.allSatisfy(isDigit) else { return false }
            host = host[..<colon]
        }
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.utf8.count > 2 else { return false }
            return host.dropFirst().dropLast().utf8.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ":") }
        }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
                && label.first != "-" && label.last != "-"
        }
    }

    /// Components of lower-case letters and digits, joined by one `.`, one or two `_`, or any number of `-`.
    private static func isPath(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
            var run = ""
            var sawLetter = false
            for character in component {
                if character.isASCII, character.isLowercase || character.isNumber {
                    guard run.isEmpty || (sawLetter && isSeparator(run)) else { return false }
                    run = ""
                    sawLetter = true
                } else {
                    run.append(character)
                }
            }
            return sawLetter && run.isEmpty
        }
    }

    private static func isSeparator(_ run: String) -> Bool {
        run == "." || run == "_" || run == "__" || run.allSatisfy { $0 == "-" }
    }

    private static func isTag(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...128).contains(bytes.count) else { return false }
        let isWord = { (byte: UInt8) in isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") }
        return isWord(bytes[0])
            && bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Only what we could ever check: sha256.
    private static func isDigest(_ text: String) -> Bool { Digest(text) != nil }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) }
private func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
}
