extension SchemaTable {
    /// k8s.io/api/metrics/v1beta1
    static let metricsV1beta1 = """
        PodMetrics | To be written.
        """
}
