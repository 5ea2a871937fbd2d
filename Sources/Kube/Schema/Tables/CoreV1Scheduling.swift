extension SchemaTable {
    /// k8s.io/api/core/v1. Where a pod may run. Read and kept, but there is only this host to choose.
    static let coreV1Scheduling = """
        Affinity | What draws a pod to hosts and to other pods, or keeps it away.
          1  nodeAffinity     *NodeAffinity    | By labels of the host.
          2  podAffinity      *PodAffinity     | Towards pods.
          3  podAntiAffinity  *PodAntiAffinity | Away from pods.
        NodeAffinity | Which hosts a pod needs or prefers.
          1  requiredDuringSchedulingIgnoredDuringExecution  *NodeSelector \
              | What a host must have when the pod is placed.
          2  preferredDuringSchedulingIgnoredDuringExecution  []PreferredSchedulingTerm \
              | What makes a host the better choice.
        NodeSelector atomic | Hosts that fit at least one of the terms.
          1  nodeSelectorTerms  []NodeSelectorTerm required | The terms; one is enough.
        NodeSelectorTerm atomic | A host fits when all of it holds; an empty term fits none.
          1  matchExpressions  []NodeSelectorRequirement | About the labels of the host.
          2  matchFields       []NodeSelectorRequirement | About its fields; only metadata.name.
        NodeSelectorRequirement | A test of one label or field.
          1  key       string required | The label or the field.
          2  operator  string required enum=DoesNotExist,Exists,Gt,In,Lt,NotIn \
              | How it is compared; Gt and Lt compare whole numbers.
          3  values    []string | With what. Empty for Exists and DoesNotExist, one number for Gt and Lt.
        PreferredSchedulingTerm | A wish, and how much it counts.
          1  weight      int32 required            | From 1 to 100.
          2  preference  NodeSelectorTerm required | Which hosts.
        PodAffinity | Which pods a pod needs or likes as neighbours.
          1  requiredDuringSchedulingIgnoredDuringExecution  []PodAffinityTerm \
              | Neighbours that must be there when the pod is placed.
          2  preferredDuringSchedulingIgnoredDuringExecution  []WeightedPodAffinityTerm \
              | Neighbours that make a host the better choice.
        PodAntiAffinity | Which pods a pod cannot bear or dislikes as neighbours.
          1  requiredDuringSchedulingIgnoredDuringExecution  []PodAffinityTerm \
              | Neighbours that must not be there when it is placed.
          2  preferredDuringSchedulingIgnoredDuringExecution  []WeightedPodAffinityTerm \
              | Neighbours that make a host the worse choice.
        PodAffinityTerm | A set of pods, and how near they have to be.
          1  labelSelector      *meta.LabelSelector | The pods, by label. Absent selects none.
          2  namespaces         []string            | Where to look. Default is the namespace of the pod.
          3  topologyKey        string required     | Near means: the host has the same value of this label.
          4  namespaceSelector  *meta.LabelSelector | Further namespaces, by label; an empty one selects all.
          5  matchLabelKeys     []string            | Labels in which those pods must agree with this one.
          6  mismatchLabelKeys  []string            | Labels in which those pods must differ from this one.
        WeightedPodAffinityTerm | A wish about neighbours, and how much it counts.
          1  weight           int32 required           | From 1 to 100.
          2  podAffinityTerm  PodAffinityTerm required | Which neighbours.
        Toleration | Lets a pod run in spite of a taint of the host.
          1  key                string | The taint. Absent, with Exists, means every taint.
          2  operator           string enum=Equal,Exists,Gt,Lt \
              | How the value is compared; Exists takes any. Default Equal.
          3  value              string | The value of the taint. Empty for Exists.
          4  effect             string enum=NoExecute,NoSchedule,PreferNoSchedule \
              | The effect of the taint. Absent means all of them.
          5  tolerationSeconds  *int64 | How long a NoExecute taint is borne. Absent means for ever.
        TopologySpreadConstraint | How evenly pods are to be spread.
          1  maxSkew             int32 required | How many more pods one place may have than another; at least 1.
          2  topologyKey         string required | What a place is: the hosts with one value of this label.
          3  whenUnsatisfiable   string required enum=DoNotSchedule,ScheduleAnyway | What to do when it cannot be kept.
          4  labelSelector       *meta.LabelSelector | Which pods are counted.
          5  minDomains          *int32 | How many places there must be for an empty one to count. Default 1.
          6  nodeAffinityPolicy  *string enum=Honor,Ignore \
              | Whether hosts ruled out by the pod's affinity are left out. Default Honor.
          7  nodeTaintsPolicy    *string enum=Honor,Ignore \
              | Whether hosts with taints the pod cannot bear are left out. Default Ignore.
          8  matchLabelKeys      []string | Labels in which counted pods must agree with this one.
        """
}
