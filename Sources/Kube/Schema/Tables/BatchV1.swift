extension SchemaTable {
    /// k8s.io/api/batch/v1
    static let batchV1 = """
        Job kind | A Job runs pods until enough of them have succeeded.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      JobSpec | What should run, how often, and when to give up.
          3  status    JobStatus | How far it is. Written by stint.
        """
}
