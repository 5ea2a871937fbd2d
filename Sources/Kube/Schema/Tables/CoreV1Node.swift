extension SchemaTable {
    /// k8s.io/api/core/v1: nodes
    static let coreV1Node = """
        Node kind | A machine that runs pods. There is one here: this host.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      NodeSpec        | What holds for the node.
          3  status    NodeStatus      | What the node has and how it is. Written by stint.
        NodeList kind | A list of Nodes.
          1  metadata  meta.ListMeta   | Version of the list and where its next page starts.
          2  items     []Node required | The Nodes.
        NodeSpec | What holds for a node.
          1  podCIDR        string             | The network its pods get their addresses from.
          7  podCIDRs       []string set merge | Those networks, at most one IPv4 and one IPv6; the first is podCIDR.
          3  providerID     string             | What the provider of the machine calls it.
          4  unschedulable  bool               | True while it takes no new pods, as after kubectl cordon.
          5  taints         []Taint            | What keeps pods off that do not tolerate it.
          6  configSource   *NodeConfigSource  | No longer used.
          2  externalID     string             | No longer used.
        Taint | Keeps pods off a node unless they tolerate it.
          1  key  string required | Name of the taint.
          2  value  string | Value of the taint.
          3  effect  string required enum=NoExecute,NoSchedule,PreferNoSchedule \
              | NoSchedule: no new pods. PreferNoSchedule: rather none. NoExecute: running ones leave, too.
          4  timeAdded  *Time | When it was added.
        NodeStatus | What a node has, and how it is.
           1  capacity  map[Quantity] | What it has of each resource.
           2  allocatable  map[Quantity] | What pods may have of each resource.
           3  phase  string enum=Pending,Running,Terminated | No longer used.
           4  conditions  []NodeCondition map=type merge=type \
              | How it is: Ready, MemoryPressure, DiskPressure, PIDPressure.
           5  addresses  []NodeAddress map=type merge=type | Where it can be reached.
           6  daemonEndpoints  NodeDaemonEndpoints | The ports of its daemons.
           7  nodeInfo  NodeSystemInfo | The machine, its system and the versions of the programs.
           8  images  []ContainerImage | The images it has.
           9  volumesInUse  []string | Volumes of its pods that must be attached.
          10  volumesAttached  []AttachedVolume | Volumes that are attached.
          11  config  *NodeConfigStatus | No longer used.
          12  runtimeHandlers  []NodeRuntimeHandler | What its ways of running containers can do.
          13  features  *NodeFeatures | What its runtime can do.
          14  declaredFeatures  []string | Names of optional features it says it has.
        NodeCondition | One thing that can be said of a node.
          1  type                string required | What is being said, such as Ready.
          2  status              string required | True, False or Unknown.
          3  lastHeartbeatTime   Time            | When it was last looked at.
          4  lastTransitionTime  Time            | When the status last changed.
          5  reason              string          | Why it is so, in a word.
          6  message             string          | Why it is so, in a sentence.
        NodeAddress | An address of a node.
          1  type     string required | Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.
          2  address  string required | The address itself.
        NodeDaemonEndpoints | The ports of a node's daemons.
          1  kubeletEndpoint  DaemonEndpoint | Where the kubelet would listen.
        DaemonEndpoint | A port of a daemon.
          1  Port  int32 required | Number of the port.
        NodeSystemInfo | A machine, its system and the versions of the programs.
           1  machineID                string required | From /etc/machine-id.
           2  systemUUID               string required | From the firmware.
           3  bootID                   string required | New with every boot, from the kernel.
           4  kernelVersion            string required | Version of the kernel, as uname -r prints it.
           5  osImage                  string required | Name of the system, from /etc/os-release.
           6  containerRuntimeVersion  string required | Name and version of what runs the containers: stint itself.
           7  kubeletVersion           string required | Version of Kubernetes the node behaves like.
           8  kubeProxyVersion         string required | No longer used.
           9  operatingSystem          string required | Of the machine: linux.
          10  architecture             string required | Of the processor, such as amd64.
          11  swap                     *NodeSwapStatus | The swap space of the machine.
        NodeSwapStatus | The swap space of a machine.
          1  capacity  *int64 | Its size in bytes.
        ContainerImage | An image a node has.
          1  names      []string | All names it is known by.
          2  sizeBytes  int64    | Its size in bytes.
        AttachedVolume | A volume attached to a node.
          1  name        string required | Name of the volume.
          2  devicePath  string required | The device it appears as.
        NodeRuntimeHandler | One way of running containers.
          1  name      string                      | Its name; empty for the usual one.
          2  features  *NodeRuntimeHandlerFeatures | What it can do.
        NodeRuntimeHandlerFeatures | What a way of running containers can do.
          1  recursiveReadOnlyMounts  *bool | It can make a mount read-only with all mounts below.
          2  userNamespaces           *bool | It can give pods a user namespace of their own.
        NodeFeatures | What a node's runtime can do, whichever way it runs containers.
          1  supplementalGroupsPolicy  *bool | It honours supplementalGroupsPolicy of pods.
        NodeConfigSource | Where a node's configuration came from; no longer used.
          2  configMap  *ConfigMapNodeConfigSource | A ConfigMap that held it.
        ConfigMapNodeConfigSource | A ConfigMap that held a node's configuration; no longer used.
          1  namespace         string required | Namespace of the ConfigMap.
          2  name              string required | Name of the ConfigMap.
          3  uid               string          | Its uid.
          4  resourceVersion   string          | Its version.
          5  kubeletConfigKey  string required | Which of its settings held it.
        NodeConfigStatus | Which configuration a node has; no longer used.
          1  assigned       *NodeConfigSource | The one it was told to use.
          2  active         *NodeConfigSource | The one it uses.
          3  lastKnownGood  *NodeConfigSource | The one it falls back to.
          4  error          string            | What went wrong with the assigned one.
        """
}
