import Foundation
import Jobs
import Logging
import Node
import Server
import ServiceLifecycle
import Store

/// The daemon, put together: what is opened, in which order things start, and what the API asks of the node.
struct Daemon {
    static let version = StintVersion.current

    private let store: Store
    private let node: NodeAgent
    private let claims: ClaimController
    private var services: [any Service]
    private let namespaces: NamespaceController
    private let contents: NamespaceContents
    private let addressFile: String
    private let logger: Logger

    /// Opens everything. Fails in one clear sentence when the host lacks something that stint cannot do without.
    init(_ options: Serve, logger: Logger) throws {
        let directories = options.directories
        for path in [directories.stateDir, directories.runDir] {
            try makePrivateDirectory(path)
        }
        var configuration = NodeConfiguration(directories, options.podNetwork)
        configuration.maxPods = options.maxPods
        configuration.defaults.podPIDs = options.podPidsLimit
        let registry = KindRegistration.all
        let types = registry.compactMap(\.resource)
        let store = try Store(path: "\(directories.stateDir)/state.db", types: types, logger: logger)
        let node = try NodeAgent(configuration, store: store, logger: logger)
        let claims = ClaimController(
            stateDirectory: directories.stateDir, nodeName: node.host.nodeName, store: store, logger: logger)
        let events = EventRecorder(store: store, component: "job-controller")
        let listening = try options.listening
        let pki = try HostPKI(directory: "\(directories.stateDir)/pki", listening: listening.tcp, logger: logger)
        let server = APIServer(
            store: store, registry: registry, services: HostServices(node), pki: pki, logger: logger)
        namespaces = NamespaceController(store: store, types: types, logger: logger)
        // What the Service `kubernetes` says; without a port that is known now, the usual one.
        let known = listening.tcp.first.flatMap { $0.port > 0 ? $0 : nil } ?? Listening.defaultTCP
        contents = NamespaceContents(
            store: store, rootCA: pki.caCertificatePEM, apiPort: Int(known.port), logger: logger)
        let listeners = [Listener.unixSocket(path: listening.socketPath)] + listening.tcp.map { Listener.tls($0, pki) }
        addressFile = "\(directories.runDir)/api.addr"
        let threshold = options.terminatedPodGcThreshold
        let podCollectors: [any Service] =
            threshold > 0 ? [PodGarbageCollector(store: store, threshold: threshold, logger: logger)] : []
        // In order of need; they stop in reverse, so the API goes first and the store's writers last.
        services = [
            node, claims, JobController(store: store, events: events, logger: logger),
            CronJobController(
                store: store, events: EventRecorder(store: store, component: "cronjob-controller"), logger: logger),
            TTLController(store: store, logger: logger),
            GarbageCollector(store: store, types: types, logger: logger),
        ]
        services += podCollectors
        services += [
            namespaces, contents, pki,
            server.service(listeners) { [addressFile] addresses in
                writeAddresses(addresses, to: addressFile, logger)
                let list = addresses.map(\.description).joined(separator: " ")
                logger.info(
                    "ready", metadata: ["socket": "\(listening.socketPath)", "tcp": "\(list.isEmpty ? "none" : list)"])
            },
        ]
        self.store = store
        self.node = node
        self.claims = claims
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT. Containers run on: the next daemon finds them again.
    func run() async throws {
        defer { try? FileManager.default.removeItem(atPath: addressFile) }  // none without TCP
        try await namespaces.makeDefaults()
        try await SystemPriorities.make(in: store)
        try await contents.makeDefaults()
        try await node.prepare()
        try await claims.prepare()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do {
            try await group.run()
        } catch {
            await store.close()
            throw error
        }
        await node.close()
        await store.close()
    }
}

extension NodeConfiguration {
    init(_ directories: Directories, _ podNetwork: PodNetworkOptions) {
        self.init(
            stateDirectory: directories.stateDir, runDirectory: directories.runDir,
            initPath: directories.initPath ?? Self.initBesideThisProgram, cgroupParent: directories.cgroupParent)
        networkDirectory = podNetwork.directory
        networkPluginDirectories = podNetwork.pluginDirectories
    }

    private static var initBesideThisProgram: String {
        let program =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/stintd"
        return URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("stint-init").path
    }
}

/// For scripts that let the daemon pick a port: one `HOST:PORT` on each line, gone when the daemon is.
private func writeAddresses(_ addresses: [TCPAddress], to path: String, _ logger: Logger) {
    guard !addresses.isEmpty else { return }
    do {
        let text = addresses.map { "\($0)\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    } catch {
        logger.warning("the addresses were not written", metadata: ["path": "\(path)", "error": "\(error)"])
    }
}

/// Makes a directory that only its owner enters; one that is there is made so.
private func makePrivateDirectory(_ path: String) throws {
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: attributes)
    try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
}

extension HostServices {
    init(_ node: NodeAgent) {
        self.init(
            podLogs: { pod, options in
                var query = NodeAgent.LogQuery()
                query.tailLines = options.tailLines
                query.since = options.since
                query.limitBytes = options.limitBytes
                query.showsTimestamps = options.timestamps
                query.follows = options.follow
                return try node.logs(
                    of: pod, container: options.container ?? pod.spec.containers[0].name, previous: options.previous,
                    query: query)
            },
            podExec: { pod, options in
                let session = try await node.exec(
                    in: pod, container: options.container ?? pod.spec.containers[0].name, options.command,
                    tty: options.tty, stdin: options.stdin)
                return PodStream(session, command: options.command)
            },
            podAttach: { pod, options in
                let name = options.container ?? pod.spec.containers[0].name
                let container = pod.spec.allContainers.first { $0.name == name }
                let session = try await node.attach(
                    to: pod, container: name, stdin: options.stdin, stdout: options.stdout, stderr: options.stderr)
                return PodStream(session, endsInput: container?.stdinOnce == true && container?.tty != true)
            },
            podConnect: { pod, port in PodSocket(try await node.connect(to: pod, port: port)) },
            importImage: { node.importImage($0, name: $1) },
            images: { node.listImages() },
            inspectImage: { node.inspectImage($0) },
            removeImage: { name, force in _ = try node.removeImage(name, force: force) },
            hostReport: { node.hostReport() },
            podMetrics: { await node.usage.pods() },
            nodeMetrics: { await node.usage.host() },
            version: StintVersion.current)
    }
}
