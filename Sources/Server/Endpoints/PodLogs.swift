import Hummingbird
import Kube
import NIOCore

/// Which log a request is for, and why there is none: the rules and the words of upstream's `LogLocation` (apiserver) and
/// `validateContainerLogStatus` (kubelet).
enum PodLogs {
    /// The container to read, or a 400. Containers and init containers share one set of names.
    static func container(_ asked: String?, in pod: Pod) throws(Status) -> String {
        let names = pod.spec.containers.map(\.name)
        let initial = (pod.spec.initContainers ?? []).map(\.name)
        if let asked {
            guard names.contains(asked) || initial.contains(asked) else {
                throw Status.badRequest("container \(asked) is not valid for pod \(pod.name)")
            }
            return asked
        }
        if names.count == 1 { return names[0] }
        var message = "a container name must be specified for pod \(pod.name), choose one of: "
        message += "[\(names.joined(separator: " "))]"
        if !initial.isEmpty { message += " or one of the init containers: [\(initial.joined(separator: " "))]" }
        throw Status.badRequest(message)
    }

    /// Why the container has no such log yet, or nil when it has one.
    static func refusal(_ container: String, previous: Bool, in pod: Pod) -> Status? {
        let statuses = (pod.status?.containerStatuses ?? []) + (pod.status?.initContainerStatuses ?? [])
        let subject = "container \"\(container)\" in pod \"\(pod.name)\""
        guard let status = statuses.first(where: { $0.name == container }) else {
            return .badRequest("\(subject) is not available")
        }
        if previous {
            if status.lastState?.terminated != nil { return nil }
            return .badRequest("previous terminated \(subject) not found")
        }
        if status.state?.running != nil || status.state?.terminated != nil || status.lastState?.terminated != nil {
            return nil
        }
        guard let waiting = status.state?.waiting else {
            return .badRequest("\(subject) is waiting to start - no logs yet")
        }
        return switch waiting.reason {
        case "ErrImagePull": .badRequest("\(subject) is waiting to start: image can't be pulled")
        case "ImagePullBackOff": .badRequest("\(subject) is waiting to start: trying and failing to pull image")
        default: .badRequest("\(subject) is waiting to start: \(waiting.reason ?? "")")
        }
    }
}

extension KindEndpoint {
    /// The log of a container, as it is or as it grows. A pod that no host has taken yet has an empty one, as upstream.
    func log(_ call: ResourceCall) async throws(Status) -> Response {
        var options = try PodLogOptions(call.query, now: call.now)
        guard let pod = store.get(Pod.self, call.key) else { throw Status.notFound(Pod.type, call.key.name) }
        let container = try PodLogs.container(options.container, in: pod)
        options.container = container
        let headers = call.request.headers
        let accepted =
            StreamUpgrade.asksForWebSocket(headers)
            ? try StreamUpgrade.decide(call.request.method, headers, .log) : nil
        if (pod.spec.nodeName ?? "").isEmpty { return .text("") }
        if let refusal = PodLogs.refusal(container, previous: options.previous, in: pod) { throw refusal }
        let log: HostServices.ByteStream
        do {
            log = try await environment.services.podLogs(pod, options)
        } catch {
            throw Status(host: error)
        }
        let limit = options.limitBytes
        if let accepted { return try await upgrade(call, accepted, log, limit: limit) }
        let body = StreamedBody.make(on: call.channel) { writer in
            var left = limit ?? .max
            for try await chunk in log where left > 0 {
                try await writer.write(ByteBuffer(bytes: chunk.prefix(left)))
                left -= min(left, chunk.count)
                if left == 0 { break }
            }
        }
        return .stream(type: "text/plain", body)
    }

    /// The same over a WebSocket, for clients that can read nothing else as it grows (upstream's `StreamObject`).
    private func upgrade(
        _ call: ResourceCall, _ accepted: StreamUpgrade.Accepted, _ log: HostServices.ByteStream, limit: Int?
    ) async throws(Status) -> Response {
        let connection = try await takeConnection(call)
        var version = LogProtocol.binary
        if case .webSocket(let name?, _) = accepted { version = LogProtocol(rawValue: name) ?? .binary }
        let session = LogSession(
            messages: WebSocketMessages(connection), version: version, log: log, limit: limit)
        return Response(upgrade: accepted, session.run)
    }
}
