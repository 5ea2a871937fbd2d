import Foundation

/// Files of a verb's own, readable by their owner alone: what is edited may be a Secret.
enum ScratchFile {
    /// A new file in the temporary directory.
    static func make(_ prefix: String, suffix: String, _ text: String) throws -> String {
        var template = Array("\(directory)/\(prefix)XXXXXX\(suffix)".utf8CString)
        let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
        guard descriptor >= 0 else { throw failed("create a file in \(directory)") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A new directory in the temporary directory.
    static func makeDirectory(_ prefix: String) throws -> String {
        var template = Array("\(directory)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw failed("create a directory in \(directory)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws {
        let isWritten = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw failed("write \(path)") }
    }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)  // who took it away before did no harm
    }

    private static var directory: String {
        let named = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        guard !named.isEmpty else { return "/tmp" }
        return named.hasSuffix("/") ? String(named.dropLast()) : named
    }

    private static func failed(_ doing: String) -> Failure {
        Failure("cannot \(doing): \(String(cString: strerror(errno)).lowercased())")
    }
}
