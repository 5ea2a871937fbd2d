import Containers
import Foundation
import Kube

/// What a pod's worker knows of the pod's network.
struct PodNetwork {
    /// Nil while that is not known: then what is written of them stays.
    var addresses: [String]?
    /// When it is tried again to join the network; 1 s to 1 min apart.
    var nextTry: Date?
    var retryDelay: TimeInterval = 1
    /// Of the pod's hosts file, as it was written last.
    var hosts: String?
}

extension PodLife {
    /// Before the containers are planned. False while the pod cannot be joined to the host's network; it waits in
    /// `ContainerCreating`, and is told of it in an event.
    ///
    /// - Parameter plan: without containers.
    mutating func joinNetwork(_ plan: PodPlan) async -> Bool {
        if pod.spec.hostNetwork == true {
            network.addresses = [context.host.address]
            return true
        }
        let now = context.clock.now()
        if let next = network.nextTry, next > now {
            lookAgain(at: next)
            return false
        }
        let (store, key, uid) = (context.store, pod.key, pod.uid)
        let before = podWithAddresses.status?.addresses ?? []
        do throws(ContainerError) {
            let addresses =
                try await context.runtime.joinNetwork(plan, networkRequest) {
                    guard let newest = store.get(Pod.self, key), newest.uid == uid else { return false }
                    return !newest.isDeleted && !Task.isCancelled
                } ?? []
            network = PodNetwork(addresses: addresses)
            // The files of an earlier launch tell of an address that was given back.
            if !before.isEmpty, before != addresses { try? FileManager.default.removeItem(atPath: paths.hosts) }
            return true
        } catch {
            // What asked for that is in the mailbox.
            if case .network(.interrupted) = error { return false }
            context.recorder.record(
                pod, .warning, reason: "FailedCreatePodSandBox",
                message: "Failed to create pod sandbox: failed to setup network for sandbox \(uid.goQuoted): \(error)")
            let next = context.clock.now().addingTimeInterval(network.retryDelay)
            network.nextTry = next
            network.retryDelay = min(network.retryDelay * 2, 60)
            lookAgain(at: next)
            return false
        }
    }

    /// A pod with these is what environments and files are made from: the status is written later.
    var podWithAddresses: Pod {
        guard let addresses = network.addresses else { return pod }
        var pod = pod
        var status = pod.status ?? PodStatus()
        status.addresses = addresses
        pod.status = status
        return pod
    }

    private var networkRequest: PodNetworkRequest {
        PodNetworkRequest(
            uid: pod.uid, namespace: pod.namespace, name: pod.name,
            ports: pod.spec.mappedPorts.map {
                PodNetworkRequest.PortMapping(
                    hostPort: Int($0.hostPort), containerPort: Int($0.containerPort),
                    transport: $0.transport.isEmpty ? "tcp" : $0.transport.lowercased(), hostIP: $0.hostIP)
            }, bandwidth: PodNetworkRequest.Bandwidth(pod.metadata.annotations ?? [:]))
    }

    /// Whether the ports of the host that the pod wants could lead to it.
    func mapsPorts() async -> Bool {
        guard !pod.spec.mappedPorts.isEmpty else { return true }
        // A network that cannot be used now may map ports when it can.
        do throws(ContainerError) { return try await context.runtime.network()?.mapsPorts == true } catch {
            return true
        }
    }

    /// After a restart of the daemon: the addresses may not have been written down, and the network may have gone.
    mutating func findNetworkAgain() async {
        guard pod.spec.hostNetwork != true else { return }
        let addresses = await context.runtime.networkAddresses(uid: pod.uid)
        guard !addresses.isEmpty else { return }
        network.addresses = addresses
        let (context, pod) = (context, pod)
        Task {
            guard let problem = await context.runtime.checkNetwork(uid: pod.uid) else { return }
            // It may have ended meanwhile, and its network with it.
            guard let now = context.store.get(Pod.self, pod.key), now.uid == pod.uid, !now.hasEnded, !now.isDeleted
            else { return }
            context.recorder.record(
                pod, .warning, reason: "NetworkNotReady", message: "network is not ready: \(problem)")
        }
    }

    /// That it could not be taken out of its network.
    func tellNetwork(_ error: any Error) {
        guard case ContainerError.network(let problem) = error else { return }
        context.recorder.record(
            pod, .warning, reason: "FailedKillPod",
            message: "error killing pod: failed to \"KillPodSandbox\" for \(pod.uid.goQuoted) with "
                + "KillPodSandboxError: \("failed to destroy network for sandbox \(pod.uid.goQuoted): \(problem)".goQuoted)"
        )
    }

    /// The hosts file follows the names of other pods for as long as the pod runs.
    mutating func refreshNeighbours() async {
        guard running != nil, pod.spec.hostNetwork != true, !run.isFinished else { return }
        let pod = podWithAddresses
        // A pod that is started has names.
        guard let names = try? PodNames.make(pod, host: context.host) else { return }
        let text = PodNameFiles.hosts(pod, names, context.neighbours(pod))
        guard text != network.hosts else { return }
        let paths = paths
        do {
            try await onBlockingThread { () throws(any Error) in try paths.rewriteHosts(text) }
            network.hosts = text
        } catch {
            logger.warning("cannot write the pod's hosts file", metadata: ["error": "\(error)"])
        }
    }
}

extension PodNetworkRequest.Bandwidth {
    /// The annotations that kubelets and network plugins agreed on; nil when there are none that are amounts.
    init?(_ annotations: [String: String]) {
        func rate(_ direction: String) -> Int64? {
            annotations["kubernetes.io/\(direction)-bandwidth"].flatMap { Quantity($0)?.value }.flatMap {
                (1000...1_000_000_000_000_000).contains($0) ? $0 : nil
            }
        }
        self.init(ingress: rate("ingress"), egress: rate("egress"))
        if ingress == nil, egress == nil { return nil }
    }
}

extension PodStatus {
    /// All of them; the first is `podIP`.
    var addresses: [String] {
        get { (podIPs ?? []).compactMap { $0["ip"]?.string } }
        set {
            podIP = newValue.first
            podIPs = newValue.isEmpty ? nil : newValue.map { .object(["ip": .string($0)]) }
        }
    }
}
