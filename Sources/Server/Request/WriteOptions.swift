import Kube

/// The query of a create, an update or a patch.
struct WriteOptions: Equatable, Sendable {
    /// What to do about fields of the body that we do not know.
    enum FieldValidation: String, Sendable, CaseIterable {
        case ignore = "Ignore"
        case strict = "Strict"
        case warn = "Warn"
    }

    /// Decide and answer as usual, but write nothing.
    var dryRun = false
    var fieldManager: String?
    /// Take fields from the managers that own them now; only for server-side apply.
    var force = false
    var fieldValidation = FieldValidation.warn

    init() {}

    /// - Parameter kind: `CreateOptions`, `UpdateOptions` or `PatchOptions`, for messages.
    init(_ query: Query, kind: String, isApply: Bool = false) throws(Status) {
        var problems: [FieldError] = []
        dryRun = WriteOptions.dryRun(query.values("dryRun"), &problems)
        fieldManager = query.text("fieldManager")
        problems += FieldManager.validate(fieldManager: fieldManager, isApply: isApply)
        force = query.flag("force") ?? false
        if !isApply, kind == "PatchOptions", query["force"] != nil {
            problems.append(.forbidden("force", "may not be specified for non-apply patch"))
        }
        if let text = query.text("fieldValidation") {
            if let value = FieldValidation(rawValue: text) {
                fieldValidation = value
            } else {
                problems.append(
                    .notSupported("fieldValidation", .string(text), FieldValidation.allCases.map(\.rawValue)))
            }
        }
        if !problems.isEmpty { throw Status.invalidOptions(kind, problems) }
    }

    static func dryRun(_ values: [String], _ problems: inout [FieldError]) -> Bool {
        for value in values where value != "All" {
            problems.append(.notSupported("dryRun", .string(value), ["All"]))
        }
        return values.contains("All")
    }
}
