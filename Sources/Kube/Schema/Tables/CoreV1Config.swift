extension SchemaTable {
    /// k8s.io/api/core/v1: configuration, and the limits of a namespace
    static let coreV1Config = """
        ConfigMap kind | Settings for pods, which need not be kept secret.
          1  metadata    meta.ObjectMeta | Name, labels and the rest of what every object carries.
          4  immutable   *bool           | Once true, the settings can no longer change, nor can this.
          2  data        map[string]     | Settings as text; a name may hold letters, digits, - _ and dots.
          3  binaryData  map[bytes]      | Settings that are no text, in base64; no name may be in data too.
        ConfigMapList kind | A list of ConfigMaps.
          1  metadata  meta.ListMeta        | Version of the list and where its next page starts.
          2  items     []ConfigMap required | The ConfigMaps.
        Secret kind | Settings for pods that few may see, at most 1 MiB.
          1  metadata    meta.ObjectMeta | Name, labels and the rest of what every object carries.
          5  immutable   *bool           | Once true, the secrets can no longer change, nor can this.
          2  data        map[bytes]      | The secrets in base64; a name may hold letters, digits, - _ and dots.
          4  stringData  map[string]     | The same as plain text, for writing: it is moved to data and never shown.
          3  type        string          | What it is for, such as kubernetes.io/tls; Opaque when not given.
        SecretList kind | A list of Secrets.
          1  metadata  meta.ListMeta     | Version of the list and where its next page starts.
          2  items     []Secret required | The Secrets.
        LimitRange kind | Least, most and usual amounts for objects of a namespace.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      LimitRangeSpec  | The amounts.
        LimitRangeList kind | A list of LimitRanges.
          1  metadata  meta.ListMeta         | Version of the list and where its next page starts.
          2  items     []LimitRange required | The LimitRanges.
        LimitRangeSpec | The amounts of a LimitRange.
          1  limits  []LimitRangeItem required | One entry for each type of object.
        LimitRangeItem | The amounts for one type of object.
          1  type                  string required | Pod, Container or PersistentVolumeClaim.
          2  max                   map[Quantity]   | The most one may have, for each resource.
          3  min                   map[Quantity]   | The least one must have, for each resource.
          4  default               map[Quantity]   | The limit of containers that give none, for each resource.
          5  defaultRequest        map[Quantity]   | The request of containers that give none, for each resource.
          6  maxLimitRequestRatio  map[Quantity]   | How many times its request a limit may be, for each resource.
        ResourceQuota kind | How much all objects of a namespace may use together.
          1  metadata  meta.ObjectMeta     | Name, labels and the rest of what every object carries.
          2  spec      ResourceQuotaSpec   | How much, and what counts.
          3  status    ResourceQuotaStatus | How much is in use. Written by stint.
        ResourceQuotaList kind | A list of ResourceQuotas.
          1  metadata  meta.ListMeta            | Version of the list and where its next page starts.
          2  items     []ResourceQuota required | The ResourceQuotas.
        ResourceQuotaSpec | How much may be used, and what counts.
          1  hard  map[Quantity] | The most of each resource, such as requests.cpu or count/jobs.batch.
          2  scopes  []string enum=BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating \
              enum=PriorityClass,Terminating,VolumeAttributesClass | Only objects that are in all of these scopes count.
          3  scopeSelector  *ScopeSelector | Only objects that fit these conditions count.
        ResourceQuotaStatus | How much of a quota is in use.
          1  hard  map[Quantity] | The most of each resource, as enforced.
          2  used  map[Quantity] | How much of each is in use now.
        ScopeSelector atomic | Conditions on the scopes an object is in; all must hold.
          1  matchExpressions  []ScopedResourceSelectorRequirement | The conditions.
        ScopedResourceSelectorRequirement | One condition on one scope.
          1  scopeName  string required enum=BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating \
              enum=PriorityClass,Terminating,VolumeAttributesClass | Name of the scope.
          2  operator  string required enum=DoesNotExist,Exists,In,NotIn | In, NotIn, Exists or DoesNotExist.
          3  values  []string | The values for In and NotIn; must be empty for the other two.
        """
}
