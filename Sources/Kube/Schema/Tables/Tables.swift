extension Schema {
    /// What is served. The tables are part of the program: tests parse them, so a mistake in one is never met at run time.
    public static let kubernetes: Schema = {
        do {
            return try Schema(tables)
        } catch {
            preconditionFailure("the schema tables are wrong: \(error)")
        }
    }()

    static let tables: [SchemaTable] = [
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Pod),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1PodStatus),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Container),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Probes),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Security),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Scheduling),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Volumes),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1VolumeDrivers),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Storage),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Config),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Event),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Node),
        SchemaTable("io.k8s.api.core.v1", SchemaTable.coreV1Service),
        SchemaTable("io.k8s.api.batch.v1", SchemaTable.batchV1),
        SchemaTable(meta, SchemaTable.metaV1),
        SchemaTable(meta, SchemaTable.metaV1Requests),
        SchemaTable("io.k8s.api.events.v1", SchemaTable.eventsV1),
        SchemaTable("io.k8s.api.storage.v1", SchemaTable.storageV1),
        SchemaTable("io.k8s.api.scheduling.v1", SchemaTable.schedulingV1),
        SchemaTable("io.k8s.api.policy.v1", SchemaTable.policyV1),
        SchemaTable("io.k8s.api.authorization.v1", SchemaTable.authorizationV1),
        SchemaTable("io.k8s.api.authentication.v1", SchemaTable.authenticationV1),
        SchemaTable("io.k8s.metrics.pkg.apis.metrics.v1beta1", SchemaTable.metricsV1beta1),
    ]
}
