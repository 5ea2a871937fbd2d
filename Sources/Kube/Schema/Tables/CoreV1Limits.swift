extension SchemaTable {
    /// k8s.io/api/core/v1: limit ranges and quotas
    static let coreV1Limits = """
        LimitRange kind | What containers, pods and claims of a namespace ask for when they do not say, and may ask for.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      LimitRangeSpec  | The bounds.
        LimitRangeList kind | A list of LimitRanges.
          1  metadata  meta.ListMeta         | Version of the list and where its next page starts.
          2  items     []LimitRange required | The LimitRanges.
        LimitRangeSpec | The bounds of a LimitRange.
          1  limits  []LimitRangeItem required atomic | One entry for each sort of thing.
        LimitRangeItem | Bounds for one sort of thing, by resource.
          1  type                  string required | Container, Pod or PersistentVolumeClaim.
          2  max                   map[Quantity]   | The largest limit, or the largest request of a claim.
          3  min                   map[Quantity]   | The smallest request.
          4  default               map[Quantity]   | Limits of containers that have none. Default: max.
          5  defaultRequest        map[Quantity]   | Requests of containers that have none. Default: default, then min.
          6  maxLimitRequestRatio  map[Quantity]   | How many times its request a limit may be.
        ResourceQuota kind | How much all objects of a namespace may come to together.
          1  metadata  meta.ObjectMeta     | Name, labels and the rest of what every object carries.
          2  spec      ResourceQuotaSpec   | What may be used.
          3  status    ResourceQuotaStatus | What is used. Written by stint.
        ResourceQuotaList kind | A list of ResourceQuotas.
          1  metadata  meta.ListMeta            | Version of the list and where its next page starts.
          2  items     []ResourceQuota required | The ResourceQuotas.
        ResourceQuotaSpec | What all objects of a namespace may use together.
          1  hard           map[Quantity]   | By resource, such as requests.cpu, pods or count/jobs.batch.
          2  scopes         []string atomic enum=BestEffort,CrossNamespacePodAffinity,NotBestEffort \
              enum=NotTerminating,PriorityClass,Terminating,VolumeAttributesClass | Only pods that all of these are true of count.
          3  scopeSelector  *ScopeSelector  | The same with more to choose from.
        ResourceQuotaStatus | What is used.
          1  hard  map[Quantity] | The bounds that are in force.
          2  used  map[Quantity] | What all objects that count come to.
        ScopeSelector atomic | Pods that all of it is true of.
          1  matchExpressions  []ScopedResourceSelectorRequirement atomic | What must be true.
        ScopedResourceSelectorRequirement | Something that can be said of a pod.
          1  scopeName  string required enum=BestEffort,CrossNamespacePodAffinity,NotBestEffort \
              enum=NotTerminating,PriorityClass,Terminating,VolumeAttributesClass | What it is about.
          2  operator  string required enum=DoesNotExist,Exists,In,NotIn | How it is compared.
          3  values  []string atomic | With which names of PriorityClasses, for In and NotIn.
        """
}
