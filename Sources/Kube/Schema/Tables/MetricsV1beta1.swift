extension SchemaTable {
    /// k8s.io/metrics/pkg/apis/metrics/v1beta1
    static let metricsV1beta1 = """
        NodeMetrics kind | What this host used a moment ago.
          1  metadata   meta.ObjectMeta        | Name of the node.
          2  timestamp  Time required          | End of the time over which it was measured.
          3  window     Duration required      | Length of that time.
          4  usage      map[Quantity] required | Processor time per second in cores, and bytes of memory in active use.
        NodeMetricsList kind | A list of the use of nodes; there is one here.
          1  metadata  meta.ListMeta          | Version of the list.
          2  items     []NodeMetrics required | The nodes.
        PodMetrics kind | What a pod used a moment ago.
          1  metadata    meta.ObjectMeta             | Name and namespace of the pod.
          2  timestamp   Time required               | End of the time over which it was measured.
          3  window      Duration required           | Length of that time.
          4  containers  []ContainerMetrics required | Each container by itself, all over the same time.
        PodMetricsList kind | A list of the use of pods.
          1  metadata  meta.ListMeta         | Version of the list.
          2  items     []PodMetrics required | The pods.
        ContainerMetrics | What one container used.
          1  name   string required        | Name of the container in the pod.
          2  usage  map[Quantity] required | Processor time per second in cores, and bytes of memory in active use.
        """
}
