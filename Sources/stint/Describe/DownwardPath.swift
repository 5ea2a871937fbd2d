import Kube

/// A path that the downward API allows in a pod: `metadata.name`, `metadata.labels['app']`, `status.podIP`.
struct DownwardPath {
    private let path: String

    init(_ path: String) { self.path = path }

    /// The field's text, empty when it is not set or not one the downward API knows.
    func value(in pod: Pod) -> String {
        if let key = key(of: "metadata.labels") { return pod.metadata.labels?[key] ?? "" }
        if let key = key(of: "metadata.annotations") { return pod.metadata.annotations?[key] ?? "" }
        return switch path {
        case "metadata.name": pod.name
        case "metadata.namespace": pod.namespace
        case "metadata.uid": pod.uid
        case "spec.nodeName": pod.spec.nodeName ?? ""
        case "spec.serviceAccountName": pod.spec.serviceAccountName ?? ""
        case "status.hostIP": pod.status?.hostIP ?? ""
        case "status.podIP": pod.status?.podIP ?? ""
        default: ""
        }
    }

    private func key(of map: String) -> String? {
        guard path.hasPrefix("\(map)['"), path.hasSuffix("']") else { return nil }
        return String(path.dropFirst(map.count + 2).dropLast(2))
    }
}
