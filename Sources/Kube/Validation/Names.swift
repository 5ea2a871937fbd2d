/// The forms of names Kubernetes knows, each with upstream's words for what is wrong (apimachinery
/// `util/validation`). Empty answers mean the name is good. Written without regular expressions: every object
/// passes through here.
public enum Names {
    public static let labelMaximum = 63
    public static let subdomainMaximum = 253

    /// RFC 1123 label: namespaces, containers, hostnames.
    public static func problemsOfLabel(_ name: String) -> [String] {
        var problems = tooLong(name, labelMaximum)
        if !isLabel(name.utf8[...]) {
            problems.append(
                isSubdomain(name)
                    ? "must not contain dots"
                    : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
                        + "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                        + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")
        }
        return problems
    }

    /// RFC 1123 subdomain: names of most objects.
    public static func problemsOfSubdomain(_ name: String) -> [String] {
        var problems = tooLong(name, subdomainMaximum)
        if !isSubdomain(name) {
            problems.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")
        }
        return problems
    }

    /// Domains to search for short names: a subdomain in which underscores are allowed too.
    public static func problemsOfSearchDomain(_ name: String) -> [String] {
        var problems = tooLong(name, subdomainMaximum)
        // `_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?` between the dots: without its first underscore a label with others taken
        // for hyphens.
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let areLabels = labels.allSatisfy { label in
            let rest = label.first == UInt8(ascii: "_") ? label.dropFirst() : label[...]
            guard rest.first != UInt8(ascii: "_"), rest.last != UInt8(ascii: "_") else { return false }
            let plain = String(decoding: rest.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
            return isLabel(plain.utf8[...])
        }
        if !areLabels {
            problems.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation "
                    + "is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')")
        }
        return problems
    }

    /// Keys of labels and annotations, names of finalizers and resources: `name` or `prefix/name`.
    public static func problemsOfQualifiedName(_ name: String) -> [String] {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let form =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        guard parts.count <= 2 else {
            return [
                "a valid label key \(form) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        var problems: [String] = []
        if parts.count == 2 {
            problems =
                parts[0].isEmpty
                ? ["prefix part must be non-empty"] : problemsOfSubdomain(parts[0]).map { "prefix part \($0)" }
        }
        let last = parts[parts.count - 1]
        if last.isEmpty {
            problems.append("name part must be non-empty")
        } else {
            problems += tooLong(last, labelMaximum).map { "name part \($0)" }
        }
        if !isWord(last) { problems.append("name part \(form)") }
        return problems
    }

    public static func problemsOfLabelValue(_ value: String) -> [String] {
        var problems = tooLong(value, labelMaximum)
        if !value.isEmpty, !isWord(value) {
            problems.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex "
                    + "used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
        }
        return problems
    }

    /// Since 1.34 any printable ASCII but `=`.
    public static func problemsOfEnvironmentName(_ name: String) -> [String] {
        if name.isEmpty { return ["environment variable name must be non-empty"] }
        if name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "=") }) { return [] }
        return [
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
        ]
    }

    /// Keys of ConfigMaps and Secrets: names of files, when they are mounted.
    public static func problemsOfConfigKey(_ key: String) -> [String] {
        var problems = tooLong(key, subdomainMaximum)
        if key.isEmpty || !key.utf8.allSatisfy({ isAlphanumeric($0) || "-_.".utf8.contains($0) }) {
            problems.append(
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
                    + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
        }
        switch key {
        case ".", "..": problems.append("must not be '\(key)'")
        case _ where key.hasPrefix(".."): problems.append("must not start with '..'")
        default: break
        }
        return problems
    }

    /// RFC 1035 label: names of Services.
    public static func problemsOfServiceName(_ name: String) -> [String] {
        var problems = tooLong(name, labelMaximum)
        if !isLabel(name.utf8[...]) || name.utf8.first.map({ (48...57).contains($0) }) == true {
            problems.append(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                    + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
                    + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")
        }
        return problems
    }

    /// Names of ports (IANA service names).
    public static func problemsOfPortName(_ name: String) -> [String] {
        var problems = tooLong(name, 15)
        if !name.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-") }) {
            problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !name.utf8.contains(where: { (97...122).contains($0) }) {
            problems.append("must contain at least one letter (a-z)")
        }
        if name.contains("--") { problems.append("must not contain consecutive hyphens") }
        if name.hasPrefix("-") || name.hasSuffix("-") { problems.append("must not begin or end with a hyphen") }
        return problems
    }

    /// Names of header lines (RFC 9110 tokens, as upstream's `IsHTTPHeaderName` narrows them).
    public static func problemsOfHeaderName(_ name: String) -> [String] {
        if !name.isEmpty, name.utf8.allSatisfy({ isAlphanumeric($0) || "-".utf8.contains($0) }) { return [] }
        return [
            "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for "
                + "validation is '[-A-Za-z0-9]+')"
        ]
    }

    /// What follows the domain in a domain-prefixed path.
    public static func problemsOfPath(_ path: String) -> [String] {
        let isPath = path.utf8.allSatisfy { isAlphanumeric($0) || "/-._~%!$&'()*+,;=:".utf8.contains($0) }
        if isPath, !path.isEmpty { return [] }
        return [
            "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"
        ]
    }

    private static func tooLong(_ text: String, _ maximum: Int) -> [String] {
        text.utf8.count > maximum ? ["must be no more than \(maximum) characters"] : []
    }

    private static func isSubdomain(_ name: String) -> Bool {
        name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    /// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
    private static func isLabel(_ name: Substring.UTF8View) -> Bool {
        guard let first = name.first, let last = name.last, first != UInt8(ascii: "-"), last != UInt8(ascii: "-")
        else { return false }
        return name.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
    private static func isWord(_ name: String) -> Bool {
        guard let first = name.utf8.first, let last = name.utf8.last, isAlphanumeric(first), isAlphanumeric(last)
        else { return false }
        return name.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte)
    }
}
