extension SchemaTable {
    /// k8s.io/api/core/v1. What is true of a pod and of its containers now.
    static let coreV1PodStatus = """
        PodStatus | What is true of the pod now.
          17  observedGeneration           int64 | The generation of the spec that this status speaks of.
           1  phase                        string enum=Failed,Pending,Running,Succeeded,Unknown \
              | Where the pod is in its life, in one word.
           2  conditions                   []PodCondition map=type merge=type \
              | What has been reached, each with its time: PodScheduled, Initialized, Ready and others.
           3  message                      string | Why the pod is as it is, for people.
           4  reason                       string | The same in one word, such as Evicted or DeadlineExceeded.
          11  nominatedNodeName            string | A host where room is being made for the pod. Never set on one host.
           5  hostIP                       string | The address of the host.
          16  hostIPs                      []HostIP merge=ip | All addresses of the host, hostIP first.
           6  podIP                        string | The address of the pod, once it has a network.
          12  podIPs                       []PodIP map=ip merge=ip | All its addresses, podIP first.
           7  startTime                    *Time | When the host took the pod up, before any container started.
          10  initContainerStatuses        []ContainerStatus | The state of each init container.
           8  containerStatuses            []ContainerStatus | The state of each container.
           9  qosClass                     string enum=BestEffort,Burstable,Guaranteed \
              | How well its memory and CPU are guaranteed; follows from requests and limits.
          13  ephemeralContainerStatuses   []ContainerStatus | The state of each ephemeral container.
          14  resize                       string | How far a change of the resources is. Replaced by conditions.
          15  resourceClaimStatuses        []PodResourceClaimStatus map=name merge=name retainKeys \
              | The claims that were made for the pod from templates.
          18  extendedResourceClaimStatus  *PodExtendedResourceClaimStatus \
              | The claim that stands behind extended resources.
          19  allocatedResources           map[Quantity] | The requests the host has granted to the pod as a whole.
          20  resources                    *ResourceRequirements \
              | The limits and requests of the whole pod that are in force.
          21  nodeAllocatableResourceClaimStatuses  []NodeAllocatableResourceClaimStatus map=resourceClaimName \
              merge=resourceClaimName | Claims that also take CPU or memory of the host.
          22  volumeHealth                 []PodVolumeHealth map=name | Volumes whose driver reports trouble.
        PodCondition | One thing that is or is not true of a pod.
          1  type                string required \
              | What it speaks of: PodScheduled, ContainersReady, Ready, DisruptionTarget and others.
          7  observedGeneration  int64 | The generation of the spec it was decided for.
          2  status              string required | True, False or Unknown.
          3  lastProbeTime       Time | When it was looked at last. Usually empty.
          4  lastTransitionTime  Time | When the status changed last.
          5  reason              string | Why, in one word.
          6  message             string | Why, for people.
        HostIP | An address of the host.
          1  ip  string required | IPv4 or IPv6.
        PodIP | An address of the pod.
          1  ip  string required | IPv4 or IPv6.
        ContainerStatus | What is true of one container now.
           1  name                      string required         | The name the spec gives it.
           2  state                     ContainerState          | Waiting, running or terminated, and since when.
           3  lastState                 ContainerState          | How the run before this one ended.
           4  ready                     bool required           | Whether it is up and its probes, if any, agree.
           5  restartCount              int32 required          | How often it was started again.
           6  image                     string required         | The image it runs, as it is called here.
           7  imageID                   string required         | The digest of that image.
           8  containerID               string                  | Which run of it this is: stint://POD/CONTAINER/ATTEMPT.
           9  started                   *bool                   | Whether it is past its start-up probe.
          10  allocatedResources        map[Quantity]           | The requests that were granted.
          11  resources                 *ResourceRequirements   | The limits and requests in force.
          12  volumeMounts              []VolumeMountStatus map=mountPath merge=mountPath | Where its volumes ended up.
          13  user                      *ContainerUser          | The user and groups its first process has.
          14  allocatedResourcesStatus  []ResourceStatus map=name merge=name | The health of the devices it holds.
          15  stopSignal                *string enum=\(signals) | The signal that asks it to end.
        ContainerState | One of the three is set; none means waiting.
          1  waiting     *ContainerStateWaiting    | It does not run yet, or not at the moment.
          2  running     *ContainerStateRunning    | It runs.
          3  terminated  *ContainerStateTerminated | It ran and ended.
        ContainerStateWaiting | Why a container does not run.
          1  reason   string | In one word, such as ContainerCreating or ErrImageNeverPull.
          2  message  string | The whole sentence.
        ContainerStateRunning | A container that runs.
          1  startedAt  Time | Since when.
        ContainerStateTerminated | How a container ended.
          1  exitCode     int32 required | What the process returned, or 128 and the number of the signal.
          2  signal       int32          | The number of the signal that ended it, if one did.
          3  reason       string         | In one word, such as Completed, Error or OOMKilled.
          4  message      string         | What it left in its termination message, or the end of its log.
          5  startedAt    Time           | When this run started.
          6  finishedAt   Time           | When it ended.
          7  containerID  string         | The identifier this run had.
        VolumeMountStatus | A mount as it turned out.
          1  name               string required | The volume.
          2  mountPath          string required | Where it is mounted in the container.
          3  readOnly           bool | Whether it can only be read.
          4  recursiveReadOnly  *string | Whether mounts below it can only be read either: Enabled, Disabled or absent.
          5  volumeStatus       *VolumeStatus | What is known of the volume beyond that.
        VolumeStatus | Details that only some kinds of volume have.
          1  image  *ImageVolumeStatus | For a volume made from an image.
        ImageVolumeStatus | What became of an image that is mounted as a volume.
          1  imageRef  string required | The digest of the image in use.
        ContainerUser | Who the first process of a container is.
          1  linux  *LinuxContainerUser | Its identity on Linux.
        LinuxContainerUser | Numbers the first process started with.
          1  uid                 int64 required | The user.
          2  gid                 int64 required | The main group.
          3  supplementalGroups  []int64        | The other groups.
        ResourceStatus | The health of what a container holds of one resource.
          1  name       string required | The resource, such as example.com/gpu or claim:name/request.
          2  resources  []ResourceHealth map=resourceID | One entry for each device.
        ResourceHealth | Whether a device works.
          1  resourceID  string required | Which device.
          2  health      string          | Healthy, Unhealthy or Unknown.
          6  message     *string         | Details, for people.
        PodResourceClaimStatus | The claim that was made for an entry of spec.resourceClaims.
          1  name               string required | The entry.
          2  resourceClaimName  *string         | The claim; absent if none was needed.
        PodExtendedResourceClaimStatus | The claim made for resources that drivers offer under a plain name.
          1  requestMappings    []ContainerExtendedResourceRequest required \
              | Which request of the claim serves which container.
          2  resourceClaimName  string required | The claim.
        ContainerExtendedResourceRequest | One resource of one container, and what serves it.
          1  containerName  string required | The container.
          2  resourceName   string required | The resource as the container asked for it.
          3  requestName    string required | The request inside the claim.
        NodeAllocatableResourceClaimStatus | CPU or memory of the host that a device claim brings with it.
          1  resourceClaimName  string required | The claim.
          2  containers         []string set | The containers that use it.
          4  mapping            []NodeAllocatableMappedResources map=name merge=name | What the devices stand for.
          5  overhead           []NodeAllocatableOverheadResources map=name merge=name \
              | What the devices need on the side.
        NodeAllocatableMappedResources | An amount of one resource that a claim stands for.
          1  name      string required    | The resource, such as cpu or memory.
          2  quantity  *Quantity required | How much, shared by all containers that use the claim.
        NodeAllocatableOverheadResources | An amount of one resource that a claim costs.
          1  name          string required | The resource, such as cpu or memory.
          2  perPod        *Quantity       | Once for the pod.
          3  perContainer  *Quantity       | Again for each container that uses the claim.
        PodVolumeHealth | Trouble with one volume.
          1  name                string required | The volume, as spec.volumes calls it.
          2  healthConditions    []VolumeHealthCondition map=status,reason merge=status \
              | What is wrong; empty when all is well.
          3  lastTransitionTime  Time | Since when these conditions hold.
        VolumeHealthCondition | One thing that is wrong with a volume.
          1  status   string required enum=DataLoss,Degraded,Inaccessible | How bad it is.
          2  reason   string required | The cause, in one word.
          3  message  string          | The cause, for people.
        """
}
