extension SchemaTable {
    /// k8s.io/api/authorization/v1
    static let authorizationV1 = """
        SelfSubjectAccessReview | To be written.
        """
}
