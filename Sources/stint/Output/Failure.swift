import Kube

/// Why a verb ends without having done what it was asked; its words are what the user reads on standard error.
struct Failure: Error, Equatable {
    /// Printed as it is; nil when everything was said before.
    let message: String?
    let exitCode: Int32

    /// `error: text`, exit code 1.
    init(_ text: String, exitCode: Int32 = 1) {
        self.message = "error: \(text)"
        self.exitCode = exitCode
    }

    private init(printed: String?, exitCode: Int32) {
        self.message = printed
        self.exitCode = exitCode
    }

    static func silent(_ exitCode: Int32) -> Failure { Failure(printed: nil, exitCode: exitCode) }

    static func verbatim(_ text: String, exitCode: Int32 = 1) -> Failure {
        Failure(printed: text, exitCode: exitCode)
    }

    /// What any error means to the user.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let status as Status: self = .verbatim(status.printed)
        case let error as ConnectionError: self.init(error.message)
        case is CancellationError: self = .silent(130)
        case let error as JSONError: self.init("the answer of the daemon is not what it should be: \(error)")
        case let errors as Failures: self = errors.joined
        default: self.init("\(error)")
        }
    }
}

/// Several things went wrong, each with its own line.
struct Failures: Error {
    var all: [any Error]

    init(_ all: [any Error]) { self.all = all }

    /// The texts below one another, without `error: ` when there are several, as kubectl does; the first one's exit code.
    var joined: Failure {
        let failures = all.map { Failure($0) }
        var texts = failures.compactMap(\.message)
        if texts.count > 1 { texts = texts.map { $0.hasPrefix("error: ") ? String($0.dropFirst(7)) : $0 } }
        let text = texts.joined(separator: "\n")
        return .verbatim(text, exitCode: failures.first?.exitCode ?? 1)
    }
}

extension Status {
    /// As kubectl prints what a server refuses.
    var printed: String {
        guard reason == "Invalid" else {
            let reason = reason.flatMap { $0.isEmpty ? nil : $0 }
            return "Error from server" + (reason.map { " (\($0))" } ?? "") + ": \(message ?? "unknown")"
        }
        var text = "The request is invalid"
        let causes = details?.causes ?? []
        if let details, details.kind?.isEmpty == false || details.name?.isEmpty == false {
            text = "The \(details.kind ?? "") \"\(details.name ?? "")\" is invalid"
        } else if causes.isEmpty, let message {
            text += ": \(message)"
        }
        var seen: Set<String> = []
        let lines = causes.map { "\($0.field ?? ""): \($0.message ?? "")" }.filter { seen.insert($0).inserted }
        switch lines.count {
        // kubectl leaves the message out when there is a name, and with it the only words that help.
        case 0: return details?.name?.isEmpty == false && message != nil ? "\(text): \(message ?? "")" : text
        case 1: return "\(text): \(lines[0])"
        default: return "\(text): \n" + lines.map { "* \($0)" }.joined(separator: "\n")
        }
    }

    /// The same refusal with what the client was doing in front, as kubectl adds it for files.
    func happened(when doing: String) -> Status {
        var copy = self
        copy.message = "error when \(doing): \(message ?? "")"
        return copy
    }
}
