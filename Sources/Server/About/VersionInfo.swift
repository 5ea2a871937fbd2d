/// `/version`: the API level we keep, and behind it our own version.
struct VersionInfo: Codable, Equatable {
    var major = "1"
    var minor = "35"
    var gitVersion: String
    var gitCommit = ""
    var gitTreeState = "clean"
    var buildDate = "1970-01-01T00:00:00Z"
    var goVersion = "none"
    var compiler = "swiftc"
    var platform: String

    /// - Parameter stint: our version, `0.1.0`.
    init(stint: String) {
        gitVersion = "v1.35.0+stint.\(stint)"
        #if arch(arm64)
            platform = "linux/arm64"
        #else
            platform = "linux/amd64"
        #endif
    }
}
