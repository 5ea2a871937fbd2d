extension SchemaTable {
    /// k8s.io/api/core/v1: references, namespaces, service accounts, persistent volume claims, logs
    static let coreV1 = """
        LocalObjectReference atomic | Names an object of the same namespace.
          1  name  string default= | Name of the object.
        ObjectReference atomic | Points to an object anywhere.
          1  kind             string | Kind of the object.
          2  namespace        string | Namespace of the object.
          3  name             string | Name of the object.
          4  uid              string | Its uid.
          5  apiVersion       string | Its group and version, such as batch/v1.
          6  resourceVersion  string | Its version when the reference was made.
          7  fieldPath        string | The part that is meant, such as spec.containers{main}; empty for the whole.
        SecretReference atomic | Points to a Secret in any namespace.
          1  name       string | Name of the Secret.
          2  namespace  string | Namespace of the Secret.
        Namespace kind | A room for the names of other objects.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      NamespaceSpec   | What must be done before it can go.
          3  status    NamespaceStatus | Whether it is in use or going. Written by stint.
        NamespaceList kind | A list of Namespaces.
          1  metadata  meta.ListMeta        | Version of the list and where its next page starts.
          2  items     []Namespace required | The Namespaces.
        NamespaceSpec | What must be done before a Namespace can go.
          1  finalizers  []string | Duties to be done once it is empty; kubernetes is the one that empties it.
        NamespaceStatus | Whether a Namespace is in use.
          1  phase       string enum=Active,Terminating | Active, or Terminating while its objects are being deleted.
          2  conditions  []NamespaceCondition map=type merge=type | What holds the deletion up.
        NamespaceCondition | One thing that can be said of a Namespace's deletion.
          1  type                string required | What is being said, such as NamespaceContentRemaining.
          2  status              string required | True, False or Unknown.
          4  lastTransitionTime  Time            | When the status last changed.
          5  reason              string          | Why it is so, in a word.
          6  message             string          | Why it is so, in a sentence.
        ServiceAccount kind | Who a pod is to the API. Pods get no credentials from stint.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  secrets  []ObjectReference map=name merge=name | Secrets that pods of this account may use.
          3  imagePullSecrets  []LocalObjectReference \
              | Secrets for pulling images. stint imports images, so they change nothing.
          4  automountServiceAccountToken  *bool | Whether pods find a token in a file. stint gives none.
        ServiceAccountList kind | A list of ServiceAccounts.
          1  metadata  meta.ListMeta             | Version of the list and where its next page starts.
          2  items     []ServiceAccount required | The ServiceAccounts.
        PersistentVolumeClaim kind | Asks for room on disk that outlives pods.
          1  metadata  meta.ObjectMeta             | Name, labels and the rest of what every object carries.
          2  spec      PersistentVolumeClaimSpec   | How much room, and of what sort.
          3  status    PersistentVolumeClaimStatus | What was found for it.
        PersistentVolumeClaimList kind | A list of PersistentVolumeClaims.
          1  metadata  meta.ListMeta                    | Version of the list and where its next page starts.
          2  items     []PersistentVolumeClaim required | The claims.
        PersistentVolumeClaimStatus | What was found for a claim.
          1  phase  string enum=Bound,Lost,Pending \
              | Pending until a volume is found, then Bound; Lost when the volume is gone.
          2  accessModes  []string enum=ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod \
              | In which ways the volume can be mounted.
          3  capacity  map[Quantity] | The room the volume has.
          4  conditions  []PersistentVolumeClaimCondition map=type merge=type | What is being done to the volume.
          5  allocatedResources  map[Quantity] | The room set aside while the volume is being resized.
          7  allocatedResourceStatuses  map[string] | How far the resizing is, for each resource.
          8  currentVolumeAttributesClassName  *string | The class of attributes the volume has now.
          9  modifyVolumeStatus  *ModifyVolumeStatus | How far a change of that class is.
        PersistentVolumeClaimCondition | One thing that can be said of a claim's volume.
          1  type                string required | What is being said, such as Resizing.
          2  status              string required | True, False or Unknown.
          3  lastProbeTime       Time            | When it was last looked at.
          4  lastTransitionTime  Time            | When the status last changed.
          5  reason              string          | Why it is so, in a word.
          6  message             string          | Why it is so, in a sentence.
        ModifyVolumeStatus | How far a change of a volume's attributes is.
          1  targetVolumeAttributesClassName  string | The class the volume is to get.
          2  status  string required enum=InProgress,Infeasible,Pending \
              | Pending, InProgress, or Infeasible when the class cannot be had.
        PodLogOptions kind | Which part of a container's log to send, and whether to wait for more.
           1  container  string | The container; may be left out when the pod has only one.
           2  follow  bool | Stay connected and send what is written from now on.
           3  previous  bool | The log of the container's last run, before it was started again.
           4  sinceSeconds  *int64 | Only lines of the last so many seconds.
           5  sinceTime  *Time | Only lines from this time on.
           6  timestamps  bool | Put the time, in RFC 3339, before each line.
           7  tailLines  *int64 | Only so many lines from the end.
           8  limitBytes  *int64 | Stop after about so many bytes.
           9  insecureSkipTLSVerifyBackend  bool \
              | Has no meaning here: no kubelet stands between the server and the log.
          10  stream  *string | Stdout, Stderr, or All (the default).
        """
}
