extension SchemaTable {
    /// k8s.io/api/storage/v1
    static let storageV1 = """
        StorageClass kind | A sort of storage, and who makes volumes of it.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  provisioner  string required | Who makes the volumes; stint.dev/host-directory is the one that is here.
          3  parameters  map[string] | What the provisioner should know; stint.dev/host-directory knows none.
          4  reclaimPolicy  *string enum=Delete,Recycle,Retain \
              | What becomes of its volumes when their claims are gone: Delete (the default) or Retain.
          5  mountOptions  []string | Options of mount(8) for its volumes. Directories have none.
          6  allowVolumeExpansion  *bool | Whether claims of the class may grow.
          7  volumeBindingMode  *string enum=Immediate,WaitForFirstConsumer \
              | Whether a claim gets its volume at once (Immediate, the default) or when the first pod wants it.
          8  allowedTopologies  []core.TopologySelectorTerm atomic | Where volumes may be made. There is one host.
        StorageClassList kind | A list of StorageClasses.
          1  metadata  meta.ListMeta           | Version of the list and where its next page starts.
          2  items     []StorageClass required | The classes.
        """
}
