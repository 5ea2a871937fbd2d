extension SchemaTable {
    /// k8s.io/api/policy/v1
    static let policyV1 = """
        Eviction | To be written.
        """
}
