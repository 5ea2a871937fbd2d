extension SchemaTable {
    /// k8s.io/api/core/v1. A container: its program, its environment and what it may use.
    static let coreV1Container = """
        Container | A program that runs in a pod, from an image.
        \(containerFields)
        EphemeralContainer | A container that joins a running pod for debugging. Refused when a pod is created.
          1  ephemeralContainerCommon  EphemeralContainerCommon inline | What it has in common with other containers.
          2  targetContainerName       string | The container whose processes it can see.
        EphemeralContainerCommon | The fields of Container, under the same numbers; ports and probes are not allowed.
        \(containerFields)
        ContainerPort | A port that the program listens on.
          1  name           string         | A short name for it, unique within the pod.
          2  hostPort       int32          | The port of the host that leads to it. Needs a network of pods that maps ports, or hostNetwork.
          3  containerPort  int32 required | The port number, 1 to 65535.
          4  protocol       string default=TCP enum=SCTP,TCP,UDP | The protocol.
          5  hostIP         string         | The address of the host to bind to.
        EnvVar | One environment variable.
          1  name       string required | Any printable text without an equals sign.
          2  value      string \
              | Its value. $(NAME) is replaced by a variable given earlier, $$ stands for $. Default is empty.
          3  valueFrom  *EnvVarSource | Where to take the value from instead.
        EnvVarSource | From where a variable takes its value. One of them is set.
          1  fieldRef          *ObjectFieldSelector   | A field of the pod, such as metadata.name or status.podIP.
          2  resourceFieldRef  *ResourceFieldSelector | A limit or request of a container.
          3  configMapKeyRef   *ConfigMapKeySelector  | An entry of a config map.
          4  secretKeyRef      *SecretKeySelector     | An entry of a secret.
          5  fileKeyRef        *FileKeySelector       | An entry of a file in a volume. Refused: not supported yet.
        ObjectFieldSelector atomic | A field of the pod.
          1  apiVersion  string          | The version the path is written for. Default v1.
          2  fieldPath   string required | The path: metadata.labels['app'].
        ResourceFieldSelector atomic | A limit or request of a container.
          1  containerName  string          | The container; the variable's own by default, needed in volumes.
          2  resource       string required | Which one: limits.cpu, requests.memory and so on.
          3  divisor        Quantity        | The unit of the result, rounded up. Default 1: whole cores, bytes.
        ConfigMapKeySelector atomic | One entry of a config map in the namespace of the pod.
          1  localObjectReference  LocalObjectReference inline | Which config map.
          2  key                   string required             | Which entry.
          3  optional              *bool                       | Whether the config map or the entry may be missing.
        SecretKeySelector atomic | One entry of a secret in the namespace of the pod.
          1  localObjectReference  LocalObjectReference inline | Which secret.
          2  key                   string required             | Which entry.
          3  optional              *bool                       | Whether the secret or the entry may be missing.
        FileKeySelector atomic | One entry of a file of NAME=value lines in a volume.
          1  volumeName  string required     | The volume.
          2  path        string required     | The file, from the root of the volume.
          3  key         string required     | Which entry.
          4  optional    *bool default=false | Whether the file or the entry may be missing.
        EnvFromSource | All entries of a config map or a secret, as environment variables.
          1  prefix        string              | Put before each name.
          2  configMapRef  *ConfigMapEnvSource | The config map.
          3  secretRef     *SecretEnvSource    | The secret.
        ConfigMapEnvSource | A config map whose entries become variables.
          1  localObjectReference  LocalObjectReference inline | Which config map.
          2  optional              *bool                       | Whether it may be missing.
        SecretEnvSource | A secret whose entries become variables.
          1  localObjectReference  LocalObjectReference inline | Which secret.
          2  optional              *bool                       | Whether it may be missing.
        ResourceRequirements | How much a container is promised and how much it can have.
          1  limits    map[Quantity] | The most it can have, by resource. Only cpu and memory; others are refused.
          2  requests  map[Quantity] | What is set aside for it, by resource. Default is the limit.
          3  claims    []ResourceClaim map=name | Device claims of the pod that it uses. Refused: not supported yet.
        ResourceClaim | A device claim that a container uses.
          1  name     string required | Its name in spec.resourceClaims.
          2  request  string          | One request of the claim; all of them if absent.
        ContainerResizePolicy | What a change of one resource does to a running container.
          1  resourceName   string required | cpu or memory.
          2  restartPolicy  string required | NotRequired or RestartContainer.
        ContainerRestartRule | What to do after some ways of ending.
          1  action     string required | Restart.
          2  exitCodes  *ContainerRestartRuleOnExitCodes | The exit codes that the rule is for.
        ContainerRestartRuleOnExitCodes | A set of exit codes.
          1  operator  string required | In or NotIn.
          2  values    []int32 set     | The codes, 255 at most.
        VolumeMount | Makes a volume appear in the file system of a container.
          1  name               string required | The volume, as spec.volumes calls it.
          2  readOnly           bool | Whether it can only be read. Default false.
          7  recursiveReadOnly  *string | Whether that holds for mounts below it too: Disabled, IfPossible or Enabled.
          3  mountPath          string required | Where, as an absolute path without a colon.
          4  subPath            string | The part of the volume to mount, from its root. Default is all of it.
          5  mountPropagation   *string enum=Bidirectional,HostToContainer,None \
              | Whether later mounts on either side show up on the other. Default None.
          6  subPathExpr        string | As subPath, with $(NAME) replaced by environment variables.
          8  bindMountOptions   []string set | Further options of the mount. Refused: not supported yet.
        VolumeDevice | Makes a volume appear as a block device in a container.
          1  name        string required | The volume, which must be in Block mode.
          2  devicePath  string required | The path of the device.
        """

    /// The fields of `Container`, and of `EphemeralContainerCommon`, which the API keeps equal to it.
    private static let containerFields = """
           1  name                      string required | Unique within the pod; a DNS label.
           2  image                     string | The image, under a name it was imported with.
           3  command                   []string \
              | The program and its first arguments, in place of the image's entrypoint. Not run by a shell.
           4  args                      []string | Further arguments, in place of the image's cmd.
           5  workingDir                string | Where the program starts. Default is what the image says.
           6  ports                     []ContainerPort map=containerPort,protocol merge=containerPort \
              | Ports it listens on. They are for information: nothing is opened or closed by them.
          19  envFrom                   []EnvFromSource \
              | Whole config maps and secrets as environment variables; env wins.
           7  env                       []EnvVar map=name merge=name \
              | Environment variables. The later of two with the same name wins.
           8  resources                 ResourceRequirements \
              | How much CPU and memory it is promised, and how much it can have at most.
          23  resizePolicy              []ContainerResizePolicy \
              | What a change of the resources does to a running container.
          24  restartPolicy             *string \
              | A restart policy for this container alone. Always makes an init container a sidecar.
          25  restartPolicyRules        []ContainerRestartRule \
              | Restart depending on the exit code.
           9  volumeMounts              []VolumeMount map=mountPath merge=mountPath \
              | Which volumes appear where.
          21  volumeDevices             []VolumeDevice map=devicePath merge=devicePath \
              | Which volumes appear as block devices. Refused: not supported yet.
          10  livenessProbe             *Probe \
              | When this check fails, the container is restarted.
          11  readinessProbe            *Probe \
              | While this check fails, the container is not ready.
          22  startupProbe              *Probe \
              | Until this check passes, the other two wait.
          12  lifecycle                 *Lifecycle \
              | What to run right after the start and before the stop.
          13  terminationMessagePath    string \
              | A file whose contents become the message of the end. Default /dev/termination-log.
          20  terminationMessagePolicy  string enum=FallbackToLogsOnError,File \
              | Whether the end of the log stands in for an empty message file. Default File.
          14  imagePullPolicy           string enum=Always,IfNotPresent,Never \
              | Whether a present image will do. Default Always for the tag latest, else IfNotPresent.
          15  securityContext           *SecurityContext | User, capabilities and profiles; wins over what the pod says.
          16  stdin                     bool \
              | Keeps standard input open for whoever attaches; without it the container reads end of file at once.
          17  stdinOnce                 bool | Closes standard input, for good, when the first client that attached to it has ended its own.
          18  tty                       bool | Gives it a terminal, which standard input, output and error all are.
        """
}
