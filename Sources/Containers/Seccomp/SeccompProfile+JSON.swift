import Foundation

extension SeccompProfile {
    /// Reads a profile file: the `seccomp` object of the OCI runtime specification, or Docker's extension of it.
    ///
    /// - Throws: a sentence without a full stop about what is wrong and where.
    init(json: [UInt8], architecture: String) throws(MalformedProfile) {
        let document = try SeccompDocument(json: json)
        if let path = document.listenerPath, !path.isEmpty {
            throw MalformedProfile(message: "listenerPath is not supported")
        }
        // One thread loads the filter, so its threads are in step; the other flags would have to reach the kernel.
        for flag in document.flags ?? [] where flag != "SECCOMP_FILTER_FLAG_TSYNC" {
            throw MalformedProfile(message: "flag \(flag) is not supported")
        }
        guard document.defaultErrno == nil || document.defaultErrnoRet != nil else {
            throw MalformedProfile(message: "defaultErrno needs its number in defaultErrnoRet")
        }
        defaultAction = try Self.action(document.defaultAction, document.defaultErrnoRet)
        architectures = document.architectures ?? []
        let native = Self.libseccompName(architecture)
        for entry in document.archMap ?? [] where entry.architecture == native {
            architectures += entry.subArchitectures ?? []
        }
        rules = []
        for call in document.syscalls ?? [] {
            let names = (call.names ?? []) + (call.name.map { [$0] } ?? [])
            guard !names.isEmpty, !names.contains("") else {
                throw MalformedProfile(message: "a rule names no system call")
            }
            guard call.errno == nil || call.errnoRet != nil else {
                throw MalformedProfile(message: "errno needs its number in errnoRet")
            }
            var rule = Rule(names: names, action: try Self.action(call.action, call.errnoRet))
            for argument in call.args ?? [] {
                guard argument.index < 6 else {
                    throw MalformedProfile(message: "argument index \(argument.index) is above 5")
                }
                guard let comparison = Comparison(rawValue: argument.op) else {
                    throw MalformedProfile(message: "operator \(argument.op) is not known")
                }
                rule.arguments.append(
                    Argument(
                        index: argument.index, comparison: comparison, value: argument.value,
                        valueTwo: argument.valueTwo ?? 0))
            }
            rule.includes = try Self.condition(call.includes)
            rule.excludes = try Self.condition(call.excludes)
            rules.append(rule)
        }
    }

    private static func condition(_ filter: SeccompDocument.Filter?) throws(MalformedProfile) -> Condition {
        var condition = Condition(capabilities: filter?.caps ?? [], architectures: filter?.arches ?? [])
        for name in condition.capabilities {
            do { _ = try CapabilitySet.number(of: name) } catch { throw MalformedProfile(message: "\(error)") }
        }
        if let text = filter?.minKernel {
            guard let version = KernelVersion(text) else {
                throw MalformedProfile(message: "minKernel \"\(text)\" is not a version")
            }
            condition.minKernel = version
        }
        return condition
    }

    private static func action(_ name: String, _ errno: UInt?) throws(MalformedProfile) -> Action {
        // The kernel cuts larger ones off, and 0 would tell the program that a denied call worked.
        if let errno, !(1...4095).contains(errno) { throw MalformedProfile(message: "errno \(errno) is not one") }
        let errno = UInt16(errno ?? UInt(eperm))
        switch name {
        case "SCMP_ACT_ALLOW": return .allow
        case "SCMP_ACT_LOG": return .log
        case "SCMP_ACT_ERRNO": return .fail(errno)
        case "SCMP_ACT_TRAP": return .trap
        case "SCMP_ACT_TRACE": return .trace(errno)
        case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": return .killThread
        case "SCMP_ACT_KILL_PROCESS": return .killProcess
        default: throw MalformedProfile(message: "action \(name) is not supported")
        }
    }

    static func libseccompName(_ architecture: String) -> String {
        switch architecture {
        case "amd64": "SCMP_ARCH_X86_64"
        case "arm64": "SCMP_ARCH_AARCH64"
        default: "SCMP_ARCH_" + architecture.uppercased()
        }
    }
}

struct MalformedProfile: Error, Hashable {
    var message: String

    init(message: String) { self.message = message }

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context): message = "\(key.stringValue) is missing" + Self.place(context)
        case .typeMismatch(_, let context), .valueNotFound(_, let context): message = "wrong type" + Self.place(context)
        case .dataCorrupted(let context):
            message = context.codingPath.isEmpty ? "not JSON" : "wrong value" + Self.place(context)
        @unknown default: message = "not a profile"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return path.isEmpty ? "" : " at \(path.first == "." ? String(path.dropFirst()) : path)"
    }
}
