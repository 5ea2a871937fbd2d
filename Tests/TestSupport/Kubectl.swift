import Foundation

/// A kubectl to test with, one of those `scripts/kubectls` found. Each lies in a folder named after its version, alone
/// and under its usual name, so that the folder can stand first in PATH.
public struct Kubectl: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The folder with the program.
    public let folder: String
    /// The 20 of 1.20.
    public let minor: Int

    public var path: String { "\(folder)/kubectl" }
    public var description: String { "kubectl 1.\(minor)" }

    public static func < (left: Kubectl, right: Kubectl) -> Bool { left.minor < right.minor }

    /// The kubectls of `STINT_KUBECTLS`, oldest first.
    public static let all: [Kubectl] = {
        let paths = (ProcessInfo.processInfo.environment["STINT_KUBECTLS"] ?? "").split(separator: ":")
        return paths.compactMap { Kubectl(path: String($0)) }.sorted()
    }()

    public static var oldestAndNewest: [Kubectl] {
        guard let oldest = all.first, let newest = all.last else { return [] }
        return oldest == newest ? [oldest] : [oldest, newest]
    }

    /// Why tests with kubectl cannot run here; nil when they can.
    public static var whyNone: String? {
        if let reason = Project.whyNoContainers { return reason }
        return all.isEmpty ? "no kubectl: set STINT_KUBECTLS to what scripts/kubectls prints" : nil
    }

    /// Nil when there is no such program or its folder does not say which version it is.
    public init?(path: String) {
        let url = URL(fileURLWithPath: path)
        let parts = url.deletingLastPathComponent().lastPathComponent.split(separator: ".")
        guard url.lastPathComponent == "kubectl", FileManager.default.isExecutableFile(atPath: path),
            parts.count == 2, parts[0] == "1", let minor = Int(parts[1])
        else { return nil }
        folder = url.deletingLastPathComponent().path
        self.minor = minor
    }
}
