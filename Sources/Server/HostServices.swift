import Kube

/// What the server needs from the host side, given to it as closures by the daemon, so that it cannot touch the
/// kernel itself.
public struct HostServices: Sendable {
    public typealias ByteStream = AsyncThrowingStream<[UInt8], any Error>

    /// The log of one container; the options name it. Ends when the log does, or for `follow` when the container does.
    public var podLogs: @Sendable (Pod, PodLogOptions) async throws -> ByteStream
    /// Starts a command in a container; the options name it. Throws a Status.
    public var podExec: @Sendable (Pod, PodStreamOptions) async throws -> PodStream
    /// The streams of a container's own program. Throws a Status.
    public var podAttach: @Sendable (Pod, PodStreamOptions) async throws -> PodStream
    /// A connection to a port of a pod, from inside it. Throws a Status.
    public var podConnect: @Sendable (Pod, Int) async throws -> PodSocket
    /// Imports an archive, pulling its bytes as fast as it can use them. The last message has `images` or `status`.
    public var importImage: @Sendable (ByteStream, String?) -> AsyncThrowingStream<ImageImportMessage, any Error>
    public var images: @Sendable () async -> [ImageSummary]
    public var inspectImage: @Sendable (String) async -> ImageSummary?
    /// Removes a name; with `force` also an image that pods use. Throws a Status.
    public var removeImage: @Sendable (String, Bool) async throws -> Void
    public var hostReport: @Sendable () async -> HostReport
    /// What the pods that run use now.
    public var podMetrics: @Sendable () async -> [PodMetrics]
    /// The same of this host.
    public var nodeMetrics: @Sendable () async -> [NodeMetrics]
    /// Of stint itself, `0.1.0`.
    public var version: String

    public init(
        podLogs: @escaping @Sendable (Pod, PodLogOptions) async throws -> ByteStream,
        podExec: @escaping @Sendable (Pod, PodStreamOptions) async throws -> PodStream,
        podAttach: @escaping @Sendable (Pod, PodStreamOptions) async throws -> PodStream,
        podConnect: @escaping @Sendable (Pod, Int) async throws -> PodSocket,
        importImage: @escaping @Sendable (ByteStream, String?) -> AsyncThrowingStream<ImageImportMessage, any Error>,
        images: @escaping @Sendable () async -> [ImageSummary],
        inspectImage: @escaping @Sendable (String) async -> ImageSummary?,
        removeImage: @escaping @Sendable (String, Bool) async throws -> Void,
        hostReport: @escaping @Sendable () async -> HostReport,
        podMetrics: @escaping @Sendable () async -> [PodMetrics],
        nodeMetrics: @escaping @Sendable () async -> [NodeMetrics],
        version: String
    ) {
        self.podLogs = podLogs
        self.podExec = podExec
        self.podAttach = podAttach
        self.podConnect = podConnect
        self.importImage = importImage
        self.images = images
        self.inspectImage = inspectImage
        self.removeImage = removeImage
        self.hostReport = hostReport
        self.podMetrics = podMetrics
        self.nodeMetrics = nodeMetrics
        self.version = version
    }
}
