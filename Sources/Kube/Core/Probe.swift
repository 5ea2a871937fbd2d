/// A check that is repeated while a container runs.
public struct Probe: Codable, Hashable, Sendable {
    public var exec: ExecAction?
    public var httpGet: HTTPGetAction?
    public var tcpSocket: TCPSocketAction?
    public var grpc: JSONValue?
    public var initialDelaySeconds: Int?
    public var timeoutSeconds: Int?
    public var periodSeconds: Int?
    public var successThreshold: Int?
    public var failureThreshold: Int?
    /// In place of the pod's, when this check ends the container.
    public var terminationGracePeriodSeconds: Int64?

    public init() {}
}

/// What runs right after a container's start, and before it is asked to end.
public struct Lifecycle: Codable, Hashable, Sendable {
    public var postStart: LifecycleHandler?
    public var preStop: LifecycleHandler?
    /// In place of the image's.
    public var stopSignal: String?

    public init() {}
}

public struct LifecycleHandler: Codable, Hashable, Sendable {
    public var exec: ExecAction?
    public var httpGet: HTTPGetAction?
    public var tcpSocket: JSONValue?
    public var sleep: SleepAction?

    public init() {}
}

public struct ExecAction: Codable, Hashable, Sendable {
    public var command: [String]?

    public init(command: [String]) { self.command = command }
}

public struct HTTPGetAction: Codable, Hashable, Sendable {
    public var path: String?
    /// A number, or the name of one of the container's ports.
    public var port: IntOrString
    /// Default is the pod.
    public var host: String?
    /// `HTTP` or `HTTPS`.
    public var scheme: String?
    public var httpHeaders: [HTTPHeader]?
    /// `HTTP1` or `HTTP2`.
    public var `protocol`: String?

    public init(path: String? = nil, port: IntOrString) {
        self.path = path
        self.port = port
    }
}

public struct HTTPHeader: Codable, Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

public struct TCPSocketAction: Codable, Hashable, Sendable {
    public var port: IntOrString
    public var host: String?

    public init(port: IntOrString) { self.port = port }
}

public struct SleepAction: Codable, Hashable, Sendable {
    public var seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }
}

extension Probe {
    /// Upstream's `SetDefaults_Probe`.
    mutating func applyDefaults() {
        func orDefault(_ value: Int?, _ usual: Int) -> Int { value ?? 0 == 0 ? usual : value ?? usual }
        timeoutSeconds = orDefault(timeoutSeconds, 1)
        periodSeconds = orDefault(periodSeconds, 10)
        successThreshold = orDefault(successThreshold, 1)
        failureThreshold = orDefault(failureThreshold, 3)
        httpGet?.applyDefaults()
    }
}

extension Lifecycle {
    mutating func applyDefaults() {
        postStart?.httpGet?.applyDefaults()
        preStop?.httpGet?.applyDefaults()
    }
}

extension HTTPGetAction {
    mutating func applyDefaults() {
        if path ?? "" == "" { path = "/" }
        if scheme ?? "" == "" { scheme = "HTTP" }
    }
}
