extension SchemaTable {
    /// k8s.io/api/meta/v1
    static let metaV1 = """
        ObjectMeta | To be written.
        """
}
