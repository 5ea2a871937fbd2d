extension SchemaTable {
    /// k8s.io/api/policy/v1
    static let policyV1 = """
        Eviction kind | Asks politely that a pod end; posted to the pod's eviction subresource.
          1  metadata       meta.ObjectMeta     | Name and namespace of the pod.
          2  deleteOptions  *meta.DeleteOptions | How the pod should be deleted: grace period, preconditions, dry run.
        """
}
