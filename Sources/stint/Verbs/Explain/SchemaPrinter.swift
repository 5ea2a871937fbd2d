import Kube

/// Prints what `explain` shows of a schema, as kubectl lays it out.
struct SchemaPrinter {
    let document: OpenAPIDocument
    let isRecursive: Bool
    /// 0 for all the way down.
    let maxDepth: Int
    private(set) var text = ""

    init(document: OpenAPIDocument, isRecursive: Bool, maxDepth: Int) {
        self.document = document
        self.isRecursive = isRecursive
        self.maxDepth = maxDepth
    }

    /// Follows the path and prints where it ends; false when there is no such field.
    mutating func explain(_ schema: JSONValue, path: ArraySlice<String>, seen: Set<String> = []) -> Bool {
        let reference = schema["$ref"]?.string ?? ""
        let resolved = document.resolved(schema)
        guard let name = path.first else {
            let description = document.description(resolved)
            text += "DESCRIPTION:\n" + Self.block(description.isEmpty ? "<empty>" : description, 76, indent: 4) + "\n"
            text += externalDocuments(of: resolved, indent: 0)
            let before = text
            text += "FIELDS:\n"
            let length = text.count
            fields(of: resolved, level: 1, seen: [])
            if text.count == length { text = before }
            return true
        }
        if !reference.isEmpty, seen.contains(reference) { return false }
        let seen = seen.union([reference])
        if let field = resolved.at("properties", name) {
            if path.count == 1 {
                text += "FIELD: \(name) <\(document.typeName(field))>\n\(Self.longEnum(field))\n\n"
            }
            return explain(field, path: path.dropFirst())
        }
        if let items = resolved["items"] { return explain(items, path: path, seen: seen) }
        if let values = resolved["additionalProperties"], values.object != nil {
            return explain(values, path: path, seen: seen)
        }
        for part in resolved["allOf"]?.array ?? [] where explain(part, path: path, seen: seen) { return true }
        return false
    }

    private mutating func fields(of schema: JSONValue, level: Int, seen: Set<String>) {
        let reference = schema["$ref"]?.string ?? ""
        if !reference.isEmpty, seen.contains(reference) { return }  // it is inside itself
        let seen = seen.union([reference])
        let resolved = document.resolved(schema)
        let required = Set((resolved["required"]?.array ?? []).compactMap(\.string))
        for (name, field) in (resolved["properties"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            line(name, field, isRequired: required.contains(name), level: level)
            if isRecursive, maxDepth == 0 || level < maxDepth { fields(of: field, level: level + 1, seen: seen) }
        }
        for part in resolved["allOf"]?.array ?? [] { fields(of: part, level: level, seen: seen) }
        if let items = resolved["items"] { fields(of: items, level: level, seen: seen) }
        if let values = resolved["additionalProperties"], values.object != nil {
            fields(of: values, level: level, seen: seen)
        }
    }

    private mutating func line(_ name: String, _ field: JSONValue, isRequired: Bool, level: Int) {
        let margin = String(repeating: " ", count: level * 2)
        text += "\(margin)\(name)\t<\(document.typeName(field))>\(isRequired ? " -required-" : "")"
        if let values = field["enum"]?.array, !values.isEmpty {
            let shown = values.prefix(4).map(Self.enumValue) + (values.count > 4 ? ["...."] : [])
            text += "\n\(margin)enum: \(shown.joined(separator: ", "))"
        }
        text += "\n"
        guard !isRecursive else { return }
        let description = field["description"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "<no description>"
        text += Self.block(description, 78 - level * 2, indent: level * 2 + 2) + "\n"
        text += externalDocuments(of: field, indent: level * 2 + 2)
        text += "\n"
    }

    private func externalDocuments(of schema: JSONValue, indent: Int) -> String {
        guard let documents = schema["externalDocs"] else { return "" }
        var text = "\n" + String(repeating: " ", count: indent) + "EXTERNAL DOCS:\n"
        if let words = documents["description"]?.string { text += Self.block(words, 76, indent: indent + 4) + "\n" }
        if let url = documents["url"]?.string { text += String(repeating: " ", count: indent + 4) + "URL: \(url)\n" }
        return text
    }

    private static func longEnum(_ field: JSONValue) -> String {
        guard let values = field["enum"]?.array, !values.isEmpty else { return "" }
        return "ENUM:" + values.map { "\n    " + enumValue($0) }.joined()
    }

    private static func enumValue(_ value: JSONValue) -> String { value == "" ? "\"\"" : value.plain }

    /// Text in lines of at most so many letters, all of them indented, also the empty one after a last newline.
    private static func block(_ text: String, _ width: Int, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return margin + WordWrap.wrapped(text, width).replacing("\n", with: "\n" + margin)
    }
}

/// Breaks lines between words. Words longer than a line stay whole; lines that were broken already stay broken.
enum WordWrap {
    static func wrapped(_ text: String, _ width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line($0, width) }.joined(separator: "\n")
    }

    private static func line(_ line: Substring, _ width: Int) -> String {
        var (result, length) = ("", 0)
        var rest = line
        while !rest.isEmpty {
            let space = rest.prefix { $0.isWhitespace && $0 != "\u{A0}" }
            rest = rest[space.endIndex...]
            let word = rest.prefix { !$0.isWhitespace || $0 == "\u{A0}" }
            rest = rest[word.endIndex...]
            if word.isEmpty {
                if length + space.count <= width { result += space }
            } else if length + space.count + word.count > width, word.count < width || length + space.count > 1 {
                result += "\n" + word
                length = word.count
            } else {
                result += space + word
                length += space.count + word.count
            }
        }
        return result
    }
}
