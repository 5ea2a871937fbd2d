import Containers
import Foundation
import Kube

/// Whoever makes checks and runs hooks: this host, and a double in tests.
protocol CheckRunning: Sendable {
    /// - Parameter timeout: nil takes as long as it takes. A task that is cancelled gives up at once.
    func run(_ action: CheckAction, in pod: Pod, _ container: Container, timeout: Duration?) async -> CheckResult
}

/// Makes checks in containers of this host: commands as `kubectl exec` runs them, connections from inside the
/// container's network.
///
/// What is said of a failure is what the kubelet says, in the words of Go's libraries: people search for them.
struct HostChecks: CheckRunning {
    let commands: ContainerCommands
    let runtime: any PodRuntime

    func run(_ action: CheckAction, in pod: Pod, _ container: Container, timeout: Duration?) async -> CheckResult {
        switch action {
        case .exec(let arguments): await exec(arguments, in: pod, container, timeout)
        case .tcp(let host, let port):
            await within(timeout, else: .late("dial tcp \(HTTPCheck.authority(host, port)): i/o timeout")) {
                do throws(ConnectFailure) {
                    _ = try await runtime.connect(uid: pod.uid, container: container.name, host: host, port: port)
                    return .passed
                } catch {
                    return error.result(host, port)
                }
            }
        case .http(let check):
            await within(
                timeout,
                else: .late(
                    "Get \"\(check.url)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)")
            ) { await get(check, in: pod, container) }
        case .sleep(let duration):
            await within(timeout, else: .late("sleep hook not completed in time")) {
                // Cancelled: the container has ended.
                do { try await Task.sleep(for: duration) } catch {
                    return .failed("container terminated before sleep hook finished")
                }
                return .passed
            }
        }
    }

    private func exec(
        _ arguments: [String], in pod: Pod, _ container: Container, _ timeout: Duration?
    ) async -> CheckResult {
        let result = await commands.run(in: pod, container, arguments, timeout: timeout)
        switch result.outcome {
        case .exited(0): return .passed
        case .exited: return .failed(String(decoding: result.output, as: UTF8.self))
        case .timedOut:
            let seconds = timeout.map { " after \($0.components.seconds)s" } ?? ""
            return .late("command timed out: \"\(arguments.joined(separator: " "))\" timed out\(seconds)")
        case .notRun(let message): return .errored(message)
        }
    }

    /// Follows redirects to the same host only, ten of them at most (upstream's `RedirectChecker`): any other host is
    /// somebody else's to check, so the server has answered well enough.
    private func get(_ first: HTTPCheck, in pod: Pod, _ container: Container) async -> CheckResult {
        var check = first
        for _ in 0..<10 {
            let answer: HTTPAnswer
            do {
                let connection = try await runtime.connect(
                    uid: pod.uid, container: container.name, host: check.host, port: check.port)
                guard let socket = connection.take() else { return .errored("the connection is gone") }
                answer = try await HTTPClient.ask(check, over: socket)
            } catch let failure as ConnectFailure {
                return failure.result(check.host, check.port, prefix: "Get \"\(check.url)\": ")
            } catch is HTTPConnectionClosed {
                return .failed("Get \"\(check.url)\": EOF")
            } catch {
                return .failed("Get \"\(check.url)\": \(error)")
            }
            if first.takesAnyStatus { return .passed }
            if let next = check.redirected(by: answer, from: first.host) {
                check = next
                continue
            }
            return answer.result
        }
        return .failed("Get \"\(check.url)\": stopped after 10 redirects")
    }

    /// What the body says, unless time runs out first.
    private func within(
        _ timeout: Duration?, else late: CheckResult, _ body: @escaping @Sendable () async -> CheckResult
    ) async -> CheckResult {
        guard let timeout else { return await body() }
        return await withTaskGroup(of: CheckResult?.self) { group in
            group.addTask { await body() }
            group.addTask {
                // Cancelled when the body was quicker.
                do { try await Task.sleep(for: timeout) } catch { return nil }
                return late
            }
            defer { group.cancelAll() }
            for await result in group {
                if let result { return result }
            }
            return late
        }
    }
}

extension ConnectFailure {
    /// As `net.Dial` says it.
    fileprivate func result(_ host: String, _ port: Int, prefix: String = "") -> CheckResult {
        switch self {
        case .notRunning: .errored("\(prefix)the container does not run")
        case .unknownHost(let host): .failed("\(prefix)dial tcp: lookup \(host): no such host")
        case .refused(let reason):
            .failed("\(prefix)dial tcp \(HTTPCheck.authority(host, port)): connect: \(reason)")
        case .cancelled: .late("\(prefix)dial tcp \(HTTPCheck.authority(host, port)): operation was canceled")
        }
    }
}

extension HTTPAnswer {
    /// Upstream's `DoHTTPProbe`. A body is never told of a failure: it may hold what is not for those who read events.
    var result: CheckResult {
        switch status {
        case 200..<300: .passed
        case 300..<400: .warned("Probe terminated redirects, Response body: \(String(decoding: body, as: UTF8.self))")
        default: .failed("HTTP probe failed with statuscode: \(status)")
        }
    }
}

extension HTTPCheck {
    /// The request to be made instead; nil when there is none, or somebody else is to be asked.
    func redirected(by answer: HTTPAnswer, from host: String) -> HTTPCheck? {
        guard [301, 302, 303, 307, 308].contains(answer.status), let location = answer.location,
            let base = URL(string: url), let target = URL(string: location, relativeTo: base)?.absoluteURL,
            let scheme = target.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let name = target.host(percentEncoded: false), name == host
        else { return nil }
        var next = self
        next.isSecure = scheme == "https"
        next.port = target.port ?? (next.isSecure ? 443 : 80)
        let path = target.path(percentEncoded: true)
        next.path = HTTPCheck.target(
            (path.isEmpty ? "/" : path) + (target.query(percentEncoded: true).map { "?\($0)" } ?? ""))
        let authority = HTTPCheck.authority(next.host, next.port)
        for index in next.headers.indices where next.headers[index].name == "Host" {
            next.headers[index].value = authority
        }
        return next
    }
}
