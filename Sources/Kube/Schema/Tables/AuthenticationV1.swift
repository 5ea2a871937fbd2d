extension SchemaTable {
    /// k8s.io/api/authentication/v1
    static let authenticationV1 = """
        SelfSubjectReview | To be written.
        """
}
