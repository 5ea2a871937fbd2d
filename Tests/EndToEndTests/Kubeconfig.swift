import Foundation
import TestSupport
import Testing

extension DaemonFixture {
    /// Writes what `stint kubeconfig` prints to a file of its own; its path.
    func kubeconfig(_ arguments: [String] = []) async throws -> String {
        let printed = try await tryStint(["kubeconfig"] + arguments, input: nil)
        guard printed.exitCode == 0 else {
            throw CommandFailure(command: ["stint", "kubeconfig"] + arguments, result: printed)
        }
        let path = "\(scope.directory)/\(UUID().uuidString.prefix(8)).kubeconfig"
        try Data(printed.output.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }
}

/// What a kubeconfig says, as PEM files for a client that is not one of Kubernetes.
struct ClientCredentials {
    let server: String
    let authority: String
    let certificate: String
    let key: String

    init(kubeconfig path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        func value(_ key: String) throws -> String {
            let line = try #require(
                text.split(separator: "\n").first { $0.contains("\(key):") }, "no \(key) in the kubeconfig")
            let value = line.split(separator: ":", maxSplits: 1)[1]
            return value.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
        }
        func file(_ key: String, _ name: String) throws -> String {
            let data = try #require(Data(base64Encoded: value(key)), "\(key) is not base64")
            let file = "\(path).\(name).pem"
            try data.write(to: URL(fileURLWithPath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            return file
        }
        server = try value("server")
        authority = try file("certificate-authority-data", "ca")
        certificate = try file("client-certificate-data", "cert")
        key = try file("client-key-data", "key")
    }

    /// The options with which curl speaks as this user.
    var curlOptions: [String] { ["--cacert", authority, "--cert", certificate, "--key", key] }
}

/// A port of the loopback that nobody had a moment ago.
func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard bound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE) }
    return UInt16(bigEndian: address.sin_port)
}
