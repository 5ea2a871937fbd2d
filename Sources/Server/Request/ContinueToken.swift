import Foundation
import Kube

/// Where the next page of a list starts: upstream's token, base64url of `{"v":…,"rv":…,"start":…}`.
///
/// All pages are of the moment of the first one, which `ListSnapshots` keeps for a while; afterwards the list has to start
/// again.
struct ContinueToken: Equatable, Sendable {
    var revision: Int64
    /// The last key of the page before: `namespace/name`, or `name`.
    var after: ObjectKey

    private struct Wire: Codable {
        var v: String
        var rv: Int64
        var start: String
    }

    func encoded() -> String {
        let wire = Wire(v: "meta.k8s.io/v1", rv: revision, start: after.description + "\0")
        // A struct of two texts and a number always encodes.
        let data = (try? JSONEncoder().encode(wire)) ?? Data()
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    init(revision: Int64, after: ObjectKey) {
        self.revision = revision
        self.after = after
    }

    init(_ text: String) throws(Status) {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        while base64.utf8.count % 4 != 0 { base64 += "=" }
        // Both try? ask "is it a token?"; the answer to no is the 400 below.
        guard let data = Data(base64Encoded: base64), let wire = try? JSONDecoder().decode(Wire.self, from: data) else {
            throw Status.badRequest("continue key is not valid")
        }
        guard wire.v == "meta.k8s.io/v1" else {
            throw Status.badRequest(
                "continue key is not valid: server does not recognize this encoded version \(wire.v)")
        }
        guard wire.rv > 0 else {
            throw Status.badRequest(
                "continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
        }
        let parts = wire.start.replacing("\0", with: "").split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else {
            throw Status.badRequest(
                "continue key is not valid: encoded start key empty (version meta.k8s.io/v1)")
        }
        revision = wire.rv
        after = ObjectKey(
            namespace: parts.count == 2 ? String(parts[0]) : nil, name: String(parts[parts.count - 1]))
    }
}
