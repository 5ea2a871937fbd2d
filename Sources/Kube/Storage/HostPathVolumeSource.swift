/// A file or directory of the host.
public struct HostPathVolumeSource: Codable, Hashable, Sendable {
    public var path: String
    /// What must be there, or is made if it is not; empty for no check.
    public var type: String?

    public init(path: String, type: String? = nil) {
        self.path = path
        self.type = type
    }
}
