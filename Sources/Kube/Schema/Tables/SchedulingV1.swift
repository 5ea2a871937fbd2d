extension SchemaTable {
    /// k8s.io/api/scheduling/v1
    static let schedulingV1 = """
        PriorityClass kind | A name for how important pods are. Waiting pods are taken in by it.
          1  metadata          meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  value             int32 required  | Larger is more important; up to 1000000000.
          3  globalDefault     bool            | Whether it is the class of pods that name none. One class at most.
          4  description       string          | When to use it.
          5  preemptionPolicy  *string enum=Never,PreemptLowerPriority \
              | Whether such pods may push out less important ones. Kept; no pod is pushed out here.
        PriorityClassList kind | A list of PriorityClasses.
          1  metadata  meta.ListMeta            | Version of the list and where its next page starts.
          2  items     []PriorityClass required | The classes.
        """
}
