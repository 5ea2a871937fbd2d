extension SchemaTable {
    /// k8s.io/api/core/v1
    static let coreV1Pod = """
        Pod | To be written.
        """
}
