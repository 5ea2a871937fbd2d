import Kube

/// What a container has beside its program.
struct ContainerExtras: OptionSet, Sendable {
    let rawValue: UInt8

    static let startupProbe = ContainerExtras(rawValue: 1)
    static let livenessProbe = ContainerExtras(rawValue: 2)
    static let readinessProbe = ContainerExtras(rawValue: 4)
    static let postStart = ContainerExtras(rawValue: 8)
    static let preStop = ContainerExtras(rawValue: 16)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ container: Container) {
        self = []
        if container.startupProbe != nil { insert(.startupProbe) }
        if container.livenessProbe != nil { insert(.livenessProbe) }
        if container.readinessProbe != nil { insert(.readinessProbe) }
        if container.lifecycle?.postStart != nil { insert(.postStart) }
        if container.lifecycle?.preStop != nil { insert(.preStop) }
    }
}

/// What checks and hooks have shown of the attempt that runs.
struct ContainerHealth: Equatable, Sendable {
    /// The hook after the start has not ended: to clients the container still waits.
    var isInPostStart = false
    /// The startup check has passed, or there is none.
    var hasStarted = true
    /// The readiness check passes, or there is none.
    var isReady = true

    /// Of an attempt that has just begun.
    init(_ extras: ContainerExtras = []) {
        isInPostStart = extras.contains(.postStart)
        hasStarted = !extras.contains(.startupProbe)
        isReady = !extras.contains(.readinessProbe)
    }
}
