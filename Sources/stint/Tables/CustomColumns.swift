import Kube

/// The table of `-o custom-columns=NAME:.metadata.name,STATE:.status.phase`: each column has a header and a JSONPath.
struct CustomColumns: Equatable, Sendable {
    private let headers: [String]
    private let paths: [String]
    var showsHeaders = true

    /// `HEADER:path,HEADER:path`
    init(_ specification: String) throws {
        var (headers, paths): ([String], [String]) = ([], [])
        for column in specification.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = column.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Failure("unexpected custom-columns spec: \(column), expected <header>:<json-path-expr>")
            }
            headers.append(String(parts[0]))
            paths.append(String(parts[1]))
        }
        try self.init(headers: headers, paths: paths)
    }

    /// A file with a line of headers and a line of paths.
    init(template: String) throws {
        let lines = template.split(whereSeparator: \.isNewline).map { $0.split(whereSeparator: \.isWhitespace) }
        guard lines.count >= 2 else {
            throw Failure(
                "invalid template, missing \(lines.isEmpty ? "header" : "spec") line. Expected format is one line of space separated headers, one line of space separated column specs."
            )
        }
        guard lines[0].count == lines[1].count else {
            throw Failure(
                "number of headers (\(lines[0].count)) and field specifications (\(lines[1].count)) don't match")
        }
        try self.init(headers: lines[0].map(String.init), paths: lines[1].map(String.init))
    }

    private init(headers: [String], paths: [String]) throws {
        for path in paths { _ = try JSONPath(relaxed: path) }
        self.headers = headers
        self.paths = paths
    }

    func text(of objects: [JSONValue]) throws -> String {
        // Headers are printed as they were written, not in upper case.
        var table = TextTable([], printsHeaders: false)
        if showsHeaders { table.add(headers) }
        let expressions = try paths.map { try JSONPath(relaxed: $0) }
        for object in objects {
            table.add(
                expressions.map { path in
                    let values = path.values(in: object).map { $0 == .null ? "<nil>" : $0.plain }
                    return values.isEmpty ? "<none>" : values.joined(separator: ",")
                })
        }
        return table.text
    }
}
