import Kube

/// Whose history is wanted. Objects that are gone have no kind to look up, so the two kinds with a history are known by
/// name.
enum HistorySubject: Equatable, Sendable {
    case job(String)
    case pod(String)
    /// A name alone: of a Job, or else of a pod.
    case any(String)

    init(_ target: String) throws {
        let parts = target.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            self = .any(target)
            return
        }
        guard !parts[1].isEmpty else { throw Failure("name the \(parts[0]): \(parts[0])/NAME") }
        if Job.type.answers(to: parts[0]) {
            self = .job(parts[1])
        } else if Pod.type.answers(to: parts[0]) {
            self = .pod(parts[1])
        } else {
            throw Failure("only Jobs and pods have a history, not \(parts[0])")
        }
    }

    var query: (name: String, value: String) {
        switch self {
        case .job(let name), .any(let name): (name: "job", value: name)
        case .pod(let name): (name: "pod", value: name)
        }
    }

    /// The uid of what the attempt is counted for: its Job's, or its pod's.
    static func owner(_ record: AttemptRecord, of subject: HistorySubject?) -> String {
        if case .pod? = subject { return record.podUID }
        return record.jobUID ?? record.podUID
    }
}

/// The attempts of the ledger as people count them: from 1 for each Job, in the order in which they ended, so that a
/// number that was seen once is never another attempt's.
///
/// Pods that are made anew and containers restarted in place are counted alike: to whoever asks, the Job tried again.
struct AttemptHistory {
    struct Attempt: Equatable, Sendable {
        let number: Int
        let owner: String
        let record: AttemptRecord
    }

    struct Choice: Equatable {
        var attempts: [Attempt]
        /// Jobs or pods of the same name that were left out.
        var others = 0

        func attempt(_ number: Int, of target: String) throws -> Attempt {
            if let found = attempts.first(where: { $0.number == number }) { return found }
            guard let last = attempts.last?.number else { throw Failure("no attempts recorded for \(target)") }
            throw Failure("\(target) has no attempt \(number): they go from 1 to \(last)")
        }
    }

    private let attempts: [Attempt]
    private let subject: HistorySubject?
    private let currentUID: String?

    /// - Parameter currentUID: of the Job or pod that has the name now.
    init(_ records: [AttemptRecord], of subject: HistorySubject?, currentUID: String?) {
        var counts: [String: Int] = [:]
        attempts = records.sorted { ($0.finishedAt, $0.id) < ($1.finishedAt, $1.id) }.map { record in
            let owner = HistorySubject.owner(record, of: subject)
            counts[owner, default: 0] += 1
            return Attempt(number: counts[owner] ?? 0, owner: owner, record: record)
        }
        self.subject = subject
        self.currentUID = currentUID
    }

    /// 1. Everything, when everything is asked for or no name was given; 2. those of a uid; 3. of the Job that is there
    /// now, even when it has none yet; 4. of the one whose attempt ended last.
    func choose(all: Bool, uid: String?) throws -> Choice {
        if all || subject == nil { return Choice(attempts: attempts) }
        let owners = Set(attempts.map(\.owner))
        if let uid, uid != currentUID, !owners.contains(uid) {
            let known = owners.union(currentUID.map { [$0] } ?? []).sorted().joined(separator: ", ")
            throw Failure("there are no attempts of uid \(uid)" + (known.isEmpty ? "" : ", only of \(known)"))
        }
        guard let chosen = uid ?? currentUID ?? attempts.last?.owner else { return Choice(attempts: []) }
        let others = uid == nil ? owners.subtracting([chosen]).count : 0
        return Choice(attempts: attempts.filter { $0.owner == chosen }, others: others)
    }
}
