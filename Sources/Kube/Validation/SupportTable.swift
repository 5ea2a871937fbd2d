/// Says of every field of a type what becomes of it here. One row per field and verdict; a test holds the rows
/// against the type's fields, so that a new field cannot be forgotten.
///
/// The rule: what is about safety, limits or the program's surroundings and cannot be honoured is refused by name;
/// what has no meaning on one host is accepted, and the client is told.
struct SupportTable<Owner>: Sendable {
    enum Verdict: Sendable {
        case supported
        case refused(String)
        case accepted(String)
    }

    struct Row: Sendable {
        let field: String
        let verdict: Verdict
        /// Whether the object uses the field in the way the verdict is about.
        let isUsed: @Sendable (Owner) -> Bool

        static func supported(_ field: String) -> Row { Row(field: field, verdict: .supported) { _ in true } }

        static func refused(
            _ field: String, _ why: String = "not supported by stint yet", _ isUsed: @escaping @Sendable (Owner) -> Bool
        ) -> Row { Row(field: field, verdict: .refused(why), isUsed: isUsed) }

        static func accepted(
            _ field: String, _ warning: String, _ isUsed: @escaping @Sendable (Owner) -> Bool
        ) -> Row { Row(field: field, verdict: .accepted(warning), isUsed: isUsed) }
    }

    let rows: [Row]

    init(_ rows: [Row]) { self.rows = rows }

    func errors(in owner: Owner, _ path: FieldPath) -> [FieldError] {
        rows.compactMap { row in
            if case .refused(let why) = row.verdict, row.isUsed(owner) {
                .forbidden(path / row.field, why)
            } else {
                nil
            }
        }
    }

    func warnings(in owner: Owner, _ path: FieldPath) -> [String] {
        rows.compactMap { row in
            if case .accepted(let why) = row.verdict, row.isUsed(owner) { "\(path / row.field): \(why)" } else { nil }
        }
    }
}
