import Kube

/// The kinds that the command line can write without asking the daemon what it serves.
extension ResourceType {
    static let draftConfigMap = ResourceType(
        kind: "ConfigMap", plural: "configmaps", singular: "configmap", shortNames: ["cm"])
    static let draftSecret = ResourceType(kind: "Secret", plural: "secrets", singular: "secret")
    static let draftServiceAccount = ResourceType(
        kind: "ServiceAccount", plural: "serviceaccounts", singular: "serviceaccount", shortNames: ["sa"])
    /// kubectl says "quota" of what it makes.
    static let draftQuota = ResourceType(
        kind: "ResourceQuota", plural: "resourcequotas", singular: "quota", shortNames: ["quota"])
    static let draftCronJob = ResourceType(
        group: "batch", kind: "CronJob", plural: "cronjobs", singular: "cronjob", shortNames: ["cj"])
}
