internal import Foundation

/// The JSON documents of the two formats, as far as we read them.
/// Docker: moby image/spec. OCI: image-spec manifest.md, image-index.md, config.md.
enum Documents {
    struct DockerManifest: Decodable {
        var config: String
        var repoTags: [String]?
        var layers: [String]?

        enum CodingKeys: String, CodingKey {
            case config = "Config"
            case repoTags = "RepoTags"
            case layers = "Layers"
        }
    }

    struct Descriptor: Decodable {
        var mediaType: String?
        var digest: String
        var size: Int64?
        var annotations: [String: String]?
        var platform: Platform?
    }

    struct Platform: Decodable {
        var architecture: String?
        var os: String?
        var variant: String?
    }

    /// An index or a manifest: which of the two, must not depend on who reads it (CVE-2021-41190).
    struct IndexOrManifest: Decodable {
        var mediaType: String?
        var manifests: [Descriptor]?
        var config: Descriptor?
        var layers: [Descriptor]?
    }

    struct Config: Decodable {
        var architecture: String?
        var os: String?
        var variant: String?
        var created: String?
        var config: Container?
        var rootfs: RootFS

        struct RootFS: Decodable {
            var type: String?
            var diffIDs: [String]?

            enum CodingKeys: String, CodingKey {
                case type
                case diffIDs = "diff_ids"
            }
        }

        struct Container: Decodable {
            var user: String?
            var env: [String]?
            var entrypoint: [String]?
            var cmd: [String]?
            var workingDirectory: String?
            var labels: [String: String]?
            var stopSignal: String?

            enum CodingKeys: String, CodingKey {
                case user = "User"
                case env = "Env"
                case entrypoint = "Entrypoint"
                case cmd = "Cmd"
                case workingDirectory = "WorkingDir"
                case labels = "Labels"
                case stopSignal = "StopSignal"
            }
        }
    }

    static func decode<T: Decodable>(_ type: T.Type, _ bytes: [UInt8], name: String) throws(ImageError) -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw .badDocument(name, problem: sentence(error))
        } catch {
            throw .badDocument(name, problem: "it is not JSON")
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(path(context.codingPath)) has the wrong type"
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case .dataCorrupted: "it is not JSON"
        @unknown default: "it cannot be read"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        if keys.isEmpty { return "it" }
        var text = ""
        for key in keys {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return text
    }
}
