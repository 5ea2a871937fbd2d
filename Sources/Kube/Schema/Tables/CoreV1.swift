extension SchemaTable {
    /// k8s.io/api/core/v1
    static let coreV1 = """
        Namespace | To be written.
        """
}
