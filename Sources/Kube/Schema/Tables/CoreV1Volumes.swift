extension SchemaTable {
    /// k8s.io/api/core/v1
    static let coreV1Volumes = """
        Volume | To be written.
        """
}
