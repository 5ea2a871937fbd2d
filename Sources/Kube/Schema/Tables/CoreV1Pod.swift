extension SchemaTable {
    /// k8s.io/api/core/v1. A pod, and what its spec is made of.
    static let coreV1Pod = """
        Pod kind | Containers that start together on this host, share a network, and end together.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      PodSpec         | What should run, and under which rules. Most of it cannot change later.
          3  status    PodStatus       | What is true of the pod now. Written by stint.
        PodList kind | Several pods, as a list request answers them.
          1  metadata  meta.ListMeta  | The revision of the list, and where the next page starts.
          2  items     []Pod required | The pods, sorted by namespace and name.
        PodTemplateSpec | From which a controller stamps out its pods.
          1  metadata  meta.ObjectMeta | Labels and annotations that each pod gets.
          2  spec      PodSpec         | The spec that each pod gets.
        PodSpec | What the pod should be.
           1  volumes                        []Volume map=name merge=name retainKeys \
              | Directories and files that containers can mount.
          20  initContainers                 []Container map=name merge=name \
              | Run one after another, to success, before the others start. Those with restartPolicy Always run on.
           2  containers                     []Container required map=name merge=name \
              | What runs. All of them start at the same time; at least one is needed.
          34  ephemeralContainers            []EphemeralContainer map=name merge=name \
              | Added to a running pod for debugging. Refused when the pod is created.
           3  restartPolicy                  string enum=Always,Never,OnFailure \
              | When a container that ended is started again. Pods of Jobs use Never or OnFailure.
           4  terminationGracePeriodSeconds  *int64 \
              | Seconds between SIGTERM and SIGKILL when the pod is stopped. Default 30.
           5  activeDeadlineSeconds          *int64 \
              | Seconds after its start at which the pod is stopped and counts as failed.
           6  dnsPolicy                      string enum=ClusterFirst,ClusterFirstWithHostNet,Default,None \
              | Where resolv.conf comes from: the host, or with None from dnsConfig alone. Default ClusterFirst.
           7  nodeSelector                   map[string] atomic \
              | Labels the host must have. Ignored: there is only this host.
           8  serviceAccountName             string \
              | The account whose credentials the pod gets. Ignored: pods get none.
           9  serviceAccount                 string \
              | The old name of serviceAccountName. Ignored: pods get no API credentials.
          21  automountServiceAccountToken   *bool | Whether a token is mounted. Ignored: pods get no API credentials.
          10  nodeName                       string | The host that runs the pod.
          11  hostNetwork                    bool | Uses the host's network instead of one of its own.
          12  hostPID                        bool | Sees the host's processes.
          13  hostIPC                        bool | Shares the host's System V IPC and message queues.
          27  shareProcessNamespace          *bool | Lets the containers see each other's processes and signal them. Default false.
          14  securityContext                *PodSecurityContext \
              | Users, groups and profiles for all containers; each may override its part.
          15  imagePullSecrets               []LocalObjectReference map=name merge=name \
              | Passwords for registries. Ignored: images are imported, not pulled.
          16  hostname                       string | The host name inside. Default is the name of the pod.
          17  subdomain                      string \
              | The domain below that of the namespace: the full name is host.subdomain.namespace.svc.cluster.local.
          18  affinity                       *Affinity \
              | Which hosts, and which neighbours, the pod prefers. Ignored: there is only this host.
          19  schedulerName                  string \
              | Who places the pod. Ignored: there is only this host. Default default-scheduler.
          22  tolerations                    []Toleration | Taints of the host that do not keep this pod away.
          23  hostAliases                    []HostAlias map=ip merge=ip \
              | Lines to add to /etc/hosts.
          24  priorityClassName              string | The PriorityClass that gives the priority.
          25  priority                       *int32 \
              | Larger is more important; goes first when there is not room for all. Comes from the class.
          26  dnsConfig                      *PodDNSConfig \
              | Servers, domains and options to add to resolv.conf.
          28  readinessGates                 []PodReadinessGate \
              | Further conditions of being ready.
          29  runtimeClassName               *string \
              | Which container runtime to use. Refused: there is one, stint's own.
          30  enableServiceLinks             *bool \
              | Whether services of the namespace appear as environment variables. Default true.
          31  preemptionPolicy               *string enum=Never,PreemptLowerPriority \
              | Whether the pod may push out less important ones. Default PreemptLowerPriority.
          32  overhead                       map[Quantity] \
              | What the runtime itself needs, on top of the containers. Refused: not supported yet.
          33  topologySpreadConstraints  []TopologySpreadConstraint map=topologyKey,whenUnsatisfiable \
              merge=topologyKey | How evenly pods spread over hosts and zones. Ignored: there is only this host.
          35  setHostnameAsFQDN              *bool \
              | Makes the full domain name the host name; at most 64 characters.
          36  os                             *PodOS \
              | The operating system the images are for. Anything but linux is refused.
          37  hostUsers                      *bool \
              | False gives the pod a user namespace of its own: root inside is nobody outside. Default true.
          38  schedulingGates                []PodSchedulingGate map=name merge=name \
              | Keep the pod from being placed until all are removed. Refused: not supported yet.
          39  resourceClaims                 []PodResourceClaim map=name merge=name retainKeys \
              | Devices that must be set aside first. Refused: not supported yet.
          40  resources                      *ResourceRequirements \
              | Limits and requests of cpu and memory for the pod as a whole, in place of its containers' sum.
          41  hostnameOverride               *string \
              | The host name inside, whatever hostname and subdomain say; at most 64 characters.
          43  schedulingGroup                *PodSchedulingGroup \
              | The group of pods that is placed as one. Not known to stint.
          44  evictionResponders             []EvictionResponder map=name merge=name \
              | Who is asked before the pod is evicted. Not known to stint.
        PodOS | The operating system that a pod is for.
          1  name  string required | linux or windows. Only linux runs here.
        HostAlias | One line of /etc/hosts.
          1  ip         string required | The address.
          2  hostnames  []string        | The names that lead to it.
        PodDNSConfig | Additions to what dnsPolicy puts into resolv.conf.
          1  nameservers  []string             | Addresses of name servers, tried after those of the policy.
          2  searches     []string             | Domains to try for short names, after those of the policy.
          3  options      []PodDNSConfigOption | Resolver options; one of the policy with the same name loses.
        PodDNSConfigOption | One option of the resolver, such as ndots.
          1  name   string  | The option.
          2  value  *string | Its value, if it takes one.
        PodReadinessGate | A condition that somebody else sets and readiness waits for.
          1  conditionType  string required | The type of the condition in the status of the pod.
        PodSchedulingGate | Something that must be out of the way before the pod is placed.
          1  name  string required | Unique within the pod.
        PodResourceClaim | Gives a claim for devices a name inside the pod. One of the sources is set.
          1  name                       string required | What containers call it in resources.claims.
          3  resourceClaimName          *string         | A claim that exists in the namespace.
          4  resourceClaimTemplateName  *string         | A template; the pod gets a claim of its own made from it.
        PodSchedulingGroup | The group that a pod is placed with.
          1  podGroupName  *string | The PodGroup in the same namespace.
        EvictionResponder atomic | Somebody with a say in how the pod is moved away.
          1  name      string required | Who, with a domain: example.com/mover.
          2  priority  *int32 required | Larger is asked earlier, from 0 to 100000.
        """
}
