import Foundation

/// Where the tests find what the build made.
public enum Project {
    public static let root: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The folder of the programs under test: `STINT_BIN`, or `bin`.
    public static let programs: String = ProcessInfo.processInfo.environment["STINT_BIN"] ?? "\(root)/bin"

    public static func program(_ name: String) -> String { "\(programs)/\(name)" }

    public static let busyboxArchive = "\(root)/rootfs/busybox.tar"
    public static let pythonArchive = "\(root)/rootfs/python.tar"
    public static let postgresArchive = "\(root)/rootfs/postgres.tar"

    /// How much slower than a usual host this one is; limits in time are multiplied by it.
    public static let slowness = Int(ProcessInfo.processInfo.environment["STINT_TEST_SLOWNESS"] ?? "") ?? 1

    /// How much slower programs are that were built without optimization, as those of scripts/test are: encoding and
    /// copying takes them three times as long. Nobody else runs such a build.
    #if DEBUG
        public static let slownessOfDebugBuild = 3.0
    #else
        public static let slownessOfDebugBuild = 1.0
    #endif

    /// The guest's kernel, which differs from a real one in places.
    public static let isUserModeLinux: Bool = {
        let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        return processor.contains("User Mode Linux")
    }()

    /// Why tests that start containers cannot run here; nil when they can.
    public static var whyNoContainers: String? {
        if getuid() != 0 { return "containers need root" }
        for path in [program("stintd"), program("stint"), program("stint-init"), busyboxArchive]
        where !FileManager.default.fileExists(atPath: path) {
            return "\(path) is missing: run scripts/test"
        }
        return nil
    }
}
