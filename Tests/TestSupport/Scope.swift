import Foundation
import Synchronization

/// What a test opens before it does anything: a scratch directory, unique names, and cleanups that run last-in first-out
/// whether the test passes, fails or throws.
public final class Scope: Sendable {
    public let directory: String
    public let name: String
    private let cleanups = Mutex<[@Sendable () async -> Void]>([])

    /// Runs `body` with a scope of its own, and cleans up after it.
    public static func run<T>(_ body: (Scope) async throws -> T) async throws -> T {
        let scope = try Scope()
        do {
            let result = try await body(scope)
            await scope.close()
            return result
        } catch {
            await scope.close()
            throw error
        }
    }

    private init() throws {
        name = "stint-test-" + UUID().uuidString.prefix(8).lowercased()
        // STINT_TEST_DIR: where the root is not a disk that overlay can use, the tests are given one.
        let base = ProcessInfo.processInfo.environment["STINT_TEST_DIR"] ?? "/tmp"
        directory = "\(base)/\(name)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    public func cleanUp(_ action: @escaping @Sendable () async -> Void) {
        cleanups.withLock { $0.append(action) }
    }

    private func close() async {
        while let action = cleanups.withLock({ $0.popLast() }) { await action() }
        try? FileManager.default.removeItem(atPath: directory)  // what a failed test left mounted stays visible
    }
}
