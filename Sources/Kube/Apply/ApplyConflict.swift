/// A field that someone applies and somebody else has, with another value.
struct ApplyConflict: Hashable {
    let manager: ManagerIdentity
    let path: [PathElement]

    /// 409 in upstream's words, which kubectl takes apart for its hint about `--force-conflicts`.
    static func status(_ conflicts: [ApplyConflict]) -> Status {
        let byManager = Dictionary(grouping: conflicts) { $0.manager }.sorted { $0.key < $1.key }
        let all = byManager.flatMap { $0.value }
        let message: String
        if all.count == 1 {
            message = "Apply failed with 1 conflict: conflict with \(all[0].manager.description): \(all[0].path.text)"
        } else {
            let lines = byManager.flatMap { manager, conflicts in
                ["conflicts with \(manager.description):"] + conflicts.map { "- \($0.path.text)" }
            }
            message = "Apply failed with \(all.count) conflicts: \(lines.joined(separator: "\n"))"
        }
        var details = StatusDetails()
        details.causes = all.map {
            StatusCause(
                reason: "FieldManagerConflict", message: "conflict with \($0.manager.description)", field: $0.path.text)
        }
        return Status(code: 409, reason: "Conflict", message: message, details: details)
    }
}
