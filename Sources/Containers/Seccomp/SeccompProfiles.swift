public import Linux
import Synchronization

/// `securityContext.seccompProfile`, as Kubernetes says it.
public enum SeccompProfileChoice: Sendable, Hashable {
    case runtimeDefault
    case unconfined
    /// A file below the profile directory, by its relative path.
    case localhost(String)
}

/// Gives a container's filter, compiling each only once.
public final class SeccompProfiles: Sendable {
    private let directory: String
    private let kernel: KernelVersion
    private let compiled = Mutex<[Key: [UInt8]]>([:])

    private struct Key: Hashable {
        /// Nil: the default profile. The text and not its path, because a file may change.
        var text: [UInt8]?
        var capabilities: CapabilitySet
    }

    /// Real profiles are 10 to 30 kB.
    private static let largestFile = 1 << 20

    /// - Parameter directory: holds the `Localhost` profiles; it need not exist before one is asked for.
    public init(directory: String) throws(SyscallError) {
        self.directory = directory
        self.kernel = try KernelVersion.ofThisHost()
    }

    /// The bytes of `struct sock_filter[]`; none for `unconfined`. Reads a file and compiles, a few milliseconds the first
    /// time.
    ///
    /// - Parameter capabilities: what the container may hold; the default profile opens with them.
    public func filter(
        _ choice: SeccompProfileChoice, capabilities: CapabilitySet
    ) throws(SeccompError) -> [UInt8] {
        let text: [UInt8]?
        var path = ""
        switch choice {
        case .unconfined: return []
        case .runtimeDefault: text = nil
        case .localhost(let name):
            path = try self.path(of: name)
            do { text = try Files.read(path, limit: Self.largestFile) } catch { throw .unreadable(path: path, error) }
        }
        let key = Key(text: text, capabilities: capabilities)
        if let known = compiled.withLock({ $0[key] }) { return known }
        let facts = SeccompFacts(capabilities: capabilities, architecture: Self.architecture, kernel: kernel)
        var profile = SeccompProfile.runtimeDefault
        if let text {
            do {
                profile = try SeccompProfile(json: text, architecture: Self.architecture)
            } catch {
                throw .malformed(path: path, error.message)
            }
        }
        let bytes = try SeccompFilter.compile(profile, facts)
        compiled.withLock {
            // Few profiles and few capability sets are in use at once; whoever changes them all day gets no leak.
            if $0.count >= 64 { $0.removeAll() }
            $0[key] = bytes
        }
        return bytes
    }

    /// As the kubelet reads `localhostProfile`: relative, and below the directory.
    private func path(of name: String) throws(SeccompError) -> String {
        guard !name.isEmpty else { throw .badPath(name, .empty) }
        guard !name.hasPrefix("/") else { throw .badPath(name, .absolute) }
        guard !name.split(separator: "/").contains("..") else { throw .badPath(name, .climbs) }
        return directory + "/" + name
    }

    #if arch(x86_64)
        static let architecture = "amd64"
    #elseif arch(arm64)
        static let architecture = "arm64"
    #endif
}
