import Kube

/// Clients may mark and label this host; what it has and how it is, the daemon writes.
extension HostNode: Strategic {
    public mutating func prepareForUpdate(old: HostNode) { status = old.status }

    public mutating func prepareForStatusUpdate(old: HostNode) { spec = old.spec }

    public func validate() -> [FieldError] { [] }
}
