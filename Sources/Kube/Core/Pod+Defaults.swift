extension PodSpec {
    static let defaultScheduler = "default-scheduler"
    public static let defaultGracePeriodSeconds: Int64 = 30

    /// Upstream's `SetDefaults_PodSpec` and those of containers: for pods and for templates.
    mutating func applyDefaults() {
        restartPolicy = restartPolicy ?? "Always"
        dnsPolicy = dnsPolicy ?? "ClusterFirst"
        terminationGracePeriodSeconds = terminationGracePeriodSeconds ?? Self.defaultGracePeriodSeconds
        schedulerName = schedulerName ?? Self.defaultScheduler
        securityContext = securityContext ?? PodSecurityContext()
        if let serviceAccountName, serviceAccount == nil { serviceAccount = serviceAccountName }
        if let serviceAccount, serviceAccountName == nil { serviceAccountName = serviceAccount }
        for index in (volumes ?? []).indices { volumes?[index].applyDefaults() }
        for index in (initContainers ?? []).indices { initContainers?[index].applyDefaults() }
        for index in containers.indices { containers[index].applyDefaults() }
    }

    /// Whether a container asks for its completion index.
    var readsCompletionIndex: Bool {
        allContainers.contains { container in
            (container.env ?? []).contains {
                $0.valueFrom?.fieldRef?.fieldPath.contains("job-completion-index") == true
            }
        }
    }
}

extension Container {
    public static let defaultTerminationMessagePath = "/dev/termination-log"

    mutating func applyDefaults() {
        terminationMessagePath = terminationMessagePath ?? Self.defaultTerminationMessagePath
        terminationMessagePolicy = terminationMessagePolicy ?? "File"
        imagePullPolicy = imagePullPolicy ?? (Self.isLatest(image ?? "") ? "Always" : "IfNotPresent")
        for index in (env ?? []).indices {
            if let source = env?[index].valueFrom, source.fieldRef != nil, source.fieldRef?.apiVersion == nil {
                env?[index].valueFrom?.fieldRef?.apiVersion = "v1"
            }
        }
        ports = ports?.map { port in
            guard case .object(var members) = port, members["protocol"] == nil else { return port }
            members["protocol"] = "TCP"
            return .object(members)
        }
        resources = resources ?? ResourceRequirements()
        livenessProbe?.applyDefaults()
        readinessProbe?.applyDefaults()
        startupProbe?.applyDefaults()
        lifecycle?.applyDefaults()
    }

    /// What is limited and not requested is requested in full.
    fileprivate mutating func requestWhatIsLimited() {
        guard var resources, let limits = resources.limits else { return }
        resources.requests = limits.merging(resources.requests ?? [:]) { _, requested in requested }
        self.resources = resources
    }

    /// No tag and no digest, or `:latest`.
    static func isLatest(_ image: String) -> Bool {
        guard !image.isEmpty, !image.contains("@") else { return false }
        let last = image.split(separator: "/").last ?? ""
        guard let colon = last.lastIndex(of: ":") else { return true }
        return last[last.index(after: colon)...] == "latest"
    }
}

extension Pod {
    public mutating func applyDefaults() {
        spec.applyDefaults()
        spec.enableServiceLinks = spec.enableServiceLinks ?? true
        // Only in pods, not in templates, as upstream.
        for index in (spec.initContainers ?? []).indices { spec.initContainers?[index].requestWhatIsLimited() }
        for index in spec.containers.indices { spec.containers[index].requestWhatIsLimited() }
        if spec.hostNetwork == true {
            for index in (spec.initContainers ?? []).indices { spec.initContainers?[index].applyHostNetworkDefaults() }
            for index in spec.containers.indices { spec.containers[index].applyHostNetworkDefaults() }
        }
        spec.requestWhatPodLimits()
    }

    public mutating func prepareForCreate() {
        var status = PodStatus()
        status.phase = "Pending"
        status.qosClass = spec.qosClass
        self.status = status
    }

    public mutating func prepareForUpdate(old: Pod) {
        status = old.status
        // What admission gave, and whoever writes the manifest anew does not know.
        spec.priority = spec.priority ?? old.spec.priority
        spec.preemptionPolicy = spec.preemptionPolicy ?? old.spec.preemptionPolicy
        if spec != old.spec { metadata.generation = (old.metadata.generation ?? 0) + 1 }
    }

    public mutating func prepareForStatusUpdate(old: Pod) {
        spec = old.spec
        metadata = old.metadata.withVersion(metadata.resourceVersion)
        if status == nil { status = PodStatus() }
        status?.qosClass = old.status?.qosClass
        // What was granted is the node's to say, which writes past this: it counts for the host's room.
        status?.keepGrants(of: old)
    }
}

extension PodStatus {
    fileprivate mutating func keepGrants(of old: Pod) {
        func keeping(_ status: ContainerStatus) -> ContainerStatus {
            var status = status
            let known = old.containerStatus(status.name)
            status.resources = known?.resources
            status.allocatedResources = known?.allocatedResources
            return status
        }
        containerStatuses = containerStatuses?.map(keeping)
        initContainerStatuses = initContainerStatuses?.map(keeping)
    }
}

extension ObjectMeta {
    fileprivate func withVersion(_ version: String?) -> ObjectMeta {
        var metadata = self
        metadata.resourceVersion = version
        return metadata
    }
}
