import Foundation

/// A profile file as it is written. `SeccompProfile.init(json:)` makes sense of it.
struct SeccompDocument: Decodable {
    var defaultAction: String
    var defaultErrnoRet: UInt?
    /// Podman writes the number's name beside the number.
    var defaultErrno: String?
    var architectures: [String]?
    var archMap: [Architecture]?
    var flags: [String]?
    var listenerPath: String?
    var syscalls: [Call]?

    /// Docker: which architectures come along with the host's own.
    struct Architecture: Decodable {
        var architecture: String
        var subArchitectures: [String]?
    }

    struct Call: Decodable {
        var names: [String]?
        /// Docker before 1.13.
        var name: String?
        var action: String
        var errnoRet: UInt?
        var errno: String?
        var args: [Argument]?
        var includes: Filter?
        var excludes: Filter?
    }

    struct Argument: Decodable {
        var index: UInt32
        var value: UInt64
        var valueTwo: UInt64?
        var op: String
    }

    /// Docker's conditions.
    struct Filter: Decodable {
        var caps: [String]?
        var arches: [String]?
        var minKernel: String?
    }

    init(json: [UInt8]) throws(MalformedProfile) {
        do {
            self = try JSONDecoder().decode(SeccompDocument.self, from: Data(json))
            try Self.refuseUnknownKeys(try JSONSerialization.jsonObject(with: Data(json)), Self.keys)
        } catch let error as MalformedProfile {
            throw error
        } catch let error as DecodingError {
            throw MalformedProfile(error)
        } catch {
            throw MalformedProfile(message: "not JSON")
        }
    }

    // MARK: - Keys

    /// The keys an object may have, and what may be below them.
    private indirect enum Keys {
        case anything
        case object([String: Keys])
    }

    private static let keys: Keys = {
        let filter = Keys.object(["caps": .anything, "arches": .anything, "minKernel": .anything])
        let argument = Keys.object(["index": .anything, "value": .anything, "valueTwo": .anything, "op": .anything])
        let call = Keys.object([
            "names": .anything, "name": .anything, "action": .anything, "errnoRet": .anything, "errno": .anything,
            "args": argument, "includes": filter, "excludes": filter, "comment": .anything,
        ])
        let architecture = Keys.object(["architecture": .anything, "subArchitectures": .anything])
        return .object([
            "defaultAction": .anything, "defaultErrnoRet": .anything, "defaultErrno": .anything, "flags": .anything,
            "architectures": .anything, "archMap": architecture, "listenerPath": .anything, "syscalls": call,
        ])
    }()

    /// In a list of denials a misspelt key would otherwise mean no denials at all.
    private static func refuseUnknownKeys(_ value: Any, _ keys: Keys) throws(MalformedProfile) {
        guard case .object(let known) = keys else { return }
        if let list = value as? [Any] {
            for element in list { try refuseUnknownKeys(element, keys) }
        } else if let object = value as? [String: Any] {
            for (key, inner) in object.sorted(by: { $0.key < $1.key }) {
                guard let below = known[key] else {
                    let nearMiss = NearMiss.find(key, in: known.keys.sorted()).map { ", did you mean \"\($0)\"?" }
                    throw MalformedProfile(message: "unknown key \"\(key)\"" + (nearMiss ?? ""))
                }
                try refuseUnknownKeys(inner, below)
            }
        }
    }
}
