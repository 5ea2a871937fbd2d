// Which fields each kind can be listed by. Job has two more than upstream.

extension Job: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (Job) -> String)] {
        [
            ("status.successful", { String($0.status?.succeeded ?? 0) }),
            ("status.failed", { String($0.status?.failed ?? 0) }),
            ("status.active", { String($0.status?.active ?? 0) }),
        ]
    }
}

extension Pod: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (Pod) -> String)] {
        [
            ("spec.nodeName", { $0.spec.nodeName ?? "" }),
            ("spec.restartPolicy", { $0.spec.restartPolicy ?? "" }),
            ("spec.schedulerName", { $0.spec.schedulerName ?? "" }),
            ("spec.serviceAccountName", { $0.spec.serviceAccountName ?? "" }),
            ("spec.hostNetwork", { $0.spec.hostNetwork == true ? "true" : "false" }),
            ("status.phase", { $0.status?.phase ?? "" }),
            ("status.podIP", { $0.status?.podIP ?? "" }),
            ("status.nominatedNodeName", { $0.status?.nominatedNodeName ?? "" }),
        ]
    }
}

extension Event: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (Event) -> String)] {
        [
            ("involvedObject.kind", { $0.involvedObject.kind ?? "" }),
            ("involvedObject.namespace", { $0.involvedObject.namespace ?? "" }),
            ("involvedObject.name", { $0.involvedObject.name ?? "" }),
            ("involvedObject.uid", { $0.involvedObject.uid ?? "" }),
            ("involvedObject.apiVersion", { $0.involvedObject.apiVersion ?? "" }),
            ("involvedObject.resourceVersion", { $0.involvedObject.resourceVersion ?? "" }),
            ("involvedObject.fieldPath", { $0.involvedObject.fieldPath ?? "" }),
            ("reason", { $0.reason ?? "" }),
            ("reportingComponent", { $0.reportingComponent ?? "" }),
            ("source", { $0.source?.component ?? $0.reportingComponent ?? "" }),
            ("type", { $0.type ?? "" }),
        ]
    }
}

extension Namespace: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (Namespace) -> String)] {
        [("status.phase", { $0.status?.phase ?? "" })]
    }
}

extension HostNode: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (HostNode) -> String)] {
        [("spec.unschedulable", { $0.spec?.unschedulable == true ? "true" : "false" })]
    }
}

extension ConfigMap: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (ConfigMap) -> String)] { [] }
}

extension Secret: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (Secret) -> String)] {
        [("type", { $0.type ?? "" })]
    }
}

extension ServiceAccount: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (ServiceAccount) -> String)] { [] }
}

extension CronJob: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (CronJob) -> String)] { [] }
}

extension ClusterService: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (ClusterService) -> String)] {
        [("spec.clusterIP", { $0.spec.clusterIP ?? "" }), ("spec.type", { $0.spec.type ?? "" })]
    }
}

extension PersistentVolumeClaim: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (PersistentVolumeClaim) -> String)] { [] }
}

extension PersistentVolume: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (PersistentVolume) -> String)] { [] }
}

extension StorageClass: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (StorageClass) -> String)] { [] }
}

extension LimitRange: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (LimitRange) -> String)] { [] }
}

extension ResourceQuota: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (ResourceQuota) -> String)] { [] }
}

extension PriorityClass: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (PriorityClass) -> String)] { [] }
}
