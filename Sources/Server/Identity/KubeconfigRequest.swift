import Foundation
import Hummingbird
import Kube

/// What a kubeconfig is asked for: `{"user": …, "namespace": …, "readOnly": …, "expirationSeconds": …}`. Without a user it
/// is the administrator's.
struct KubeconfigRequest: Codable, Equatable, Sendable {
    var user: String?
    var namespace: String?
    var readOnly: Bool?
    var expirationSeconds: Int64?

    private static let members: Set = ["user", "namespace", "readOnly", "expirationSeconds"]

    init(user: String? = nil, namespace: String? = nil, readOnly: Bool? = nil, expirationSeconds: Int64? = nil) {
        self.user = user
        self.namespace = namespace
        self.readOnly = readOnly
        self.expirationSeconds = expirationSeconds
    }

    init(reading request: Request) async throws(Status) {
        let bytes = try await BodyReader.collect(request, limit: 64 * 1024)
        do {
            let tree = bytes.isEmpty ? .object([:]) : try KubeJSON.parse(bytes)
            let unknown = Set((tree.object ?? [:]).keys).subtracting(Self.members).sorted()
            if let name = unknown.first { throw Status.badRequest("unknown field \(name.goQuoted)") }
            self = try KubeJSON.decode(Self.self, from: tree)
        } catch let status as Status {
            throw status
        } catch {
            throw Status.badRequest("\(error)")
        }
        try validate()
    }

    /// All that is wrong with it, as one 400.
    func validate() throws(Status) {
        var problems: [String] = []
        if let user, !user.isEmpty {
            problems += Self.problems(ofUser: user).map { "user: Invalid value: \(user.goQuoted): \($0)" }
            if (namespace ?? "").isEmpty { problems.append("namespace: Required value: a user lives in one namespace") }
        } else if readOnly == true {
            problems.append("readOnly: Forbidden: the administrator may do everything; name a user and a namespace")
        }
        // Upstream's minimum for certificates (`certificates.k8s.io`); the maximum is the authority's lifetime.
        if let seconds = expirationSeconds {
            if seconds < 600 {
                problems.append(
                    "expirationSeconds: Invalid value: \(seconds): may not specify a duration less than 600 seconds (10 minutes)"
                )
            } else if seconds > Int64(Lifetime.authority) {
                problems.append(
                    "expirationSeconds: Invalid value: \(seconds): may not be more than \(Int64(Lifetime.authority))")
            }
        }
        if !problems.isEmpty { throw Status.badRequest(problems.joined(separator: ", ")) }
    }

    /// A name as objects have it, or like an address of e-mail: such a name before an `@`, and one after it.
    static func problems(ofUser user: String) -> [String] {
        if user.hasPrefix("system:") { return ["names that start with \"system:\" are the system's"] }
        let parts = user.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 2 { return ["has more than one '@'"] }
        let problems = parts.flatMap(Names.problemsOfSubdomain)
        return problems.isEmpty ? [] : [problems[0]]
    }
}
