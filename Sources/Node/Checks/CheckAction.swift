import Foundation
import Kube

/// What a check or a hook does, with everything known that it takes.
enum CheckAction: Equatable, Sendable {
    /// Exit code 0 passes.
    case exec([String])
    case http(HTTPCheck)
    /// Being let in passes.
    case tcp(host: String, port: Int)
    case sleep(Duration)
}

/// One GET.
struct HTTPCheck: Equatable, Sendable {
    struct Header: Equatable, Sendable {
        var name: String
        var value: String
    }

    var isSecure = false
    var host: String
    var port: Int
    /// With its query.
    var path: String
    /// In the order in which they are sent; `Host` among them.
    var headers: [Header] = []
    /// A hook only asks that somebody answers.
    var takesAnyStatus = false

    /// `http://10.1.2.3:80/a?b`
    var url: String { "\(isSecure ? "https" : "http")://\(Self.authority(host, port))\(path)" }

    static func authority(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// Why there is nothing to be done.
struct CheckProblem: Error, Equatable { let message: String }

/// What became of one check or hook.
enum CheckResult: Equatable, Sendable {
    case passed
    /// Passed, and something about it is odd.
    case warned(String)
    case failed(String)
    /// It took too long.
    case late(String)
    /// It could not be made, which says nothing about the container.
    case errored(String)

    var isSuccess: Bool {
        switch self {
        case .passed, .warned: true
        case .failed, .late, .errored: false
        }
    }
}

extension CheckAction {
    /// - Parameter address: the pod's.
    init(_ probe: Probe, of container: Container, address: String) throws(CheckProblem) {
        if let exec = probe.exec {
            self = .exec(exec.command ?? [])
        } else if let get = probe.httpGet {
            self = .http(try HTTPCheck(get, of: container, address: address, agent: "kube-probe/1.35"))
        } else if let socket = probe.tcpSocket {
            let host = socket.host ?? ""
            self = .tcp(host: host.isEmpty ? address : host, port: try container.number(of: socket.port))
        } else {
            throw CheckProblem(message: "missing probe handler for \(container.name)")
        }
    }

    init(_ hook: LifecycleHandler, of container: Container, address: String) throws(CheckProblem) {
        if let exec = hook.exec {
            self = .exec(exec.command ?? [])
        } else if let get = hook.httpGet {
            var check = try HTTPCheck(get, of: container, address: address, agent: "kube-lifecycle/1.35")
            check.takesAnyStatus = true
            self = .http(check)
        } else if let sleep = hook.sleep {
            self = .sleep(.seconds(max(0, sleep.seconds)))
        } else {
            throw CheckProblem(message: "invalid handler: \(container.name)")
        }
    }
}

extension HTTPCheck {
    /// Upstream's `newProbeRequest`: what the author wrote wins, and an empty `Accept` is none.
    fileprivate init(
        _ get: HTTPGetAction, of container: Container, address: String, agent: String
    ) throws(CheckProblem) {
        let host = get.host ?? ""
        self.init(
            isSecure: get.scheme == "HTTPS", host: host.isEmpty ? address : host,
            port: try container.number(of: get.port), path: Self.target(get.path ?? "/"))
        let written = (get.httpHeaders ?? []).map { Header(name: $0.name, value: $0.value) }
        func first(_ name: String) -> Header? { written.first { $0.name.lowercased() == name } }
        let ownHost = first("host")?.value ?? ""
        headers = [Header(name: "Host", value: ownHost.isEmpty ? Self.authority(self.host, port) : ownHost)]
        if first("user-agent") == nil { headers.append(Header(name: "User-Agent", value: agent)) }
        if let accept = first("accept") {
            if !accept.value.isEmpty { headers += written.filter { $0.name.lowercased() == "accept" } }
        } else {
            headers.append(Header(name: "Accept", value: "*/*"))
        }
        headers += written.filter { !["host", "accept", "connection"].contains($0.name.lowercased()) }
        headers.append(Header(name: "Connection", value: "close"))
    }

    /// What may stand in the first line of a request. A line end in a path must not begin a line of its own.
    static func target(_ path: String) -> String {
        var target = path.hasPrefix("/") ? "" : "/"
        for byte in path.utf8 {
            switch byte {
            case 0x21...0x7e where !#"<>"\^`{|}"#.utf8.contains(byte):
                target.unicodeScalars.append(Unicode.Scalar(byte))
            default: target += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        // Everything behind it is for the one who asks.
        return target.firstIndex(of: "#").map { String(target[..<$0]) } ?? target
    }
}

extension Container {
    /// The number of a port, which may be the name of one of the container's.
    fileprivate func number(of port: IntOrString) throws(CheckProblem) -> Int {
        let number: Int
        switch port {
        case .integer(let written): number = written
        case .string(let name):
            let named = ports?.first { $0["name"]?.string == name }?["containerPort"]?.integer
            guard let found = named.map({ Int($0) }) ?? Int(name) else {
                // Upstream looks whether the name is a number after all, and says this of it.
                throw CheckProblem(message: "strconv.Atoi: parsing \"\(name)\": invalid syntax")
            }
            number = found
        }
        guard (1...65_535).contains(number) else {
            throw CheckProblem(message: "invalid port number: \(number)")
        }
        return number
    }
}
