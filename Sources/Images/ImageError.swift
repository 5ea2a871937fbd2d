public import Linux

/// Why an image could not be imported, found or removed. Facts; `description` is the sentence.
public enum ImageError: Error, Sendable, Hashable {
    case invalidName(String, NameProblem)
    case unknownImage(String)
    /// A container runs on it.
    case imageInUse(String)
    /// Asked to remove an image by its id that has several names.
    case severalNames(id: String, names: [String])
    /// Asked to name the image of an archive that has several.
    case severalImages(count: Int, name: String)
    /// Neither manifest.json nor index.json is there.
    case notAnImage(String)
    /// A document names a file the archive does not have.
    case missingFile(String, neededBy: String)
    /// A manifest, index or config that is not what it should be.
    case badDocument(String, problem: String)
    /// The archive or layer is no sound tar.
    case badTar(String, problem: String)
    case badCompression(String, problem: String)
    /// A layer's entry that is not sound, or asks for what we refuse.
    case badEntry(layer: String, path: String, problem: String)
    case digestMismatch(String, wanted: String, found: String)
    case wrongPlatform(wanted: String, offered: [String])
    case overLimit(String, limit: String, allowed: Int64)
    case storeInUse(String)
    case cancelled
    /// The stream of an archive broke off.
    case sourceFailed(String)
    case system(SyscallError, during: String)

    public enum NameProblem: Sendable, Hashable {
        case format
        case upperCase(String)
        case isIdentifier
        case tooLong
    }
}

extension ImageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidName(let name, .format): "\(quoted(name)): invalid reference format"
        case .invalidName(_, .upperCase(let part)):
            "invalid reference format: repository name (\(shown(part))) must be lowercase"
        case .invalidName(let name, .isIdentifier):
            "invalid repository name (\(shown(name))), cannot specify 64-byte hexadecimal strings"
        case .invalidName(let name, .tooLong):
            "\(quoted(name)): repository name must not be more than 255 characters"
        case .unknownImage(let name): "no such image: \(shown(name))"
        case .imageInUse(let name): "image \(shown(name)) is in use by a pod"
        case .severalNames(let id, let names):
            "image \(id) has several names (\(names.joined(separator: ", "))): remove them one by one, or force"
        case .severalImages(let count, let name):
            "the archive has \(count) images, so it cannot be given the one name \(quoted(name))"
        case .notAnImage(let what):
            "\(what) is neither a docker archive nor an OCI layout: it has no manifest.json and no index.json"
        case .missingFile(let file, let document): "\(quoted(file)) is not in the archive, but \(document) names it"
        case .badDocument(let document, let problem): "\(document): \(problem)"
        case .badTar(let what, let problem): "\(what) is not a sound tar: \(problem)"
        case .badCompression(let what, let problem): "\(what) cannot be decompressed: \(problem)"
        case .badEntry(let layer, let path, let problem): "\(layer): entry \(quoted(path)): \(problem)"
        case .digestMismatch(let what, let wanted, let found):
            "\(what) is damaged or not what it says: its digest is \(found), not \(wanted)"
        case .wrongPlatform(let wanted, let offered):
            "the image is not for \(wanted), but for \(offered.isEmpty ? "nothing known" : offered.joined(separator: ", "))"
        case .overLimit(let what, let limit, let allowed): "\(what) exceeds the limit of \(allowed) \(limit)"
        case .storeInUse(let directory): "the image store \(quoted(directory)) is in use by another process"
        case .cancelled: "the import was cancelled"
        case .sourceFailed(let reason): "the archive did not arrive: \(reason)"
        case .system(let error, let what): "\(what): \(error)"
        }
    }
}

/// What came from outside, in quotes, with control characters escaped and cut to a length one can read.
private func quoted(_ text: String) -> String { "\"\(shown(text))\"" }

private func shown(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(200) {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
            result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > 200 ? result + "…" : result
}

/// Runs a system call and says what it was for.
func during<R: ~Copyable>(
    _ what: @autoclosure () -> String, _ body: () throws(SyscallError) -> R
) throws(ImageError) -> R {
    do throws(SyscallError) {
        return try body()
    } catch {
        throw .system(error, during: what())
    }
}
