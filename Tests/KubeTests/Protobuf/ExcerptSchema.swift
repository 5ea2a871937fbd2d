@testable import Kube

/// A few messages with the numbers of the published API, and some that exist for tests (`Sample`): one field of every
/// type there is.
let excerpt: Schema = {
    do {
        return try Schema([
            SchemaTable(Schema.meta, metaExcerpt), SchemaTable("io.k8s.api.core.v1", coreExcerpt),
            SchemaTable("io.k8s.api.batch.v1", batchExcerpt), SchemaTable("io.k8s.api.policy.v1", policyExcerpt),
        ])
    } catch {
        preconditionFailure("\(error)")
    }
}()

private let metaExcerpt = """
    ObjectMeta | What every object carries.
      1   name               string          | Unique in the namespace.
      3   namespace          string
      7   generation         int64
      8   creationTimestamp  Time
      9   deletionTimestamp  *Time
      10  deletionGracePeriodSeconds *int64
      11  labels             map[string]
      14  finalizers         []string set merge
      17  managedFields      []ManagedFieldsEntry atomic
    ManagedFieldsEntry
      1   manager   string
      7   fieldsV1  *FieldsV1
    ListMeta
      2   resourceVersion  string
    DeleteOptions kind
      1   gracePeriodSeconds  *int64
      2   preconditions       *Preconditions
      4   propagationPolicy   *string
      5   dryRun              []string
    Preconditions
      1   uid  *string
    Status kind
      2   status  string
      6   code    int32
    WatchEvent kind
      1   type    string required
      2   object  RawExtension required
    """

private let coreExcerpt = """
    PodTemplateSpec
      1   metadata  meta.ObjectMeta
      2   spec      PodSpec
    PodSpec
      1   volumes        []Volume map=name merge=name retainKeys
      2   containers     []Container required map=name merge=name
      3   restartPolicy  string enum=Always,Never,OnFailure default=Always
    Volume
      1   name          string required
      2   volumeSource  VolumeSource inline
    VolumeSource
      2   emptyDir  *EmptyDirVolumeSource
    EmptyDirVolumeSource
      1   medium     string
      2   sizeLimit  *Quantity
    Container
      1   name           string required
      2   image          string
      4   args           []string atomic
      5   workingDir     string
      8   resources      ResourceRequirements
      10  livenessProbe  *Probe
    ResourceRequirements
      1   limits  map[Quantity]
    Probe
      1   handler              ProbeHandler inline
      2   initialDelaySeconds  int32
    ProbeHandler
      2   httpGet  *HTTPGetAction
    HTTPGetAction
      1   path  string
      2   port  IntOrString required
    Secret kind
      1   metadata   meta.ObjectMeta
      2   data       map[bytes]
      3   type       string
      5   immutable  *bool
    Pod kind
      1   metadata  meta.ObjectMeta
      2   spec      PodSpec
    PodList kind
      1   metadata  meta.ListMeta
      2   items     []Pod required
    Event kind
      1   metadata        meta.ObjectMeta required
      2   involvedObject  ObjectReference
      8   count           int32
      10  eventTime       MicroTime
    ObjectReference atomic
      1   kind  string
    Sample kind | Exists for tests.
      1   text        string
      2   flag        bool
      3   small       int32
      4   large       int64
      5   real        double
      6   data        bytes
      7   time        Time
      8   micro       MicroTime
      9   length      Duration
      10  amount      Quantity
      11  port        IntOrString
      12  any         RawExtension
      13  fields      FieldsV1
      14  inner       Sample
      15  optText     *string
      16  optFlag     *bool
      17  optSmall    *int32
      18  optTime     *Time
      19  optAmount   *Quantity
      20  optPort     *IntOrString
      21  texts       []string
      22  numbers     []int64
      23  flags       []bool
      24  reals       []double
      25  inners      []Sample
      26  extra       map[ExtraValue]
      27  amounts     map[Quantity]
      28  inline      SampleSource inline
      29  named       map[Sample]
    SampleSource
      1   source  *ObjectReference
      2   other   string
    ExtraValue
      1   items  []string inline
    """

private let batchExcerpt = """
    Job kind | A Job runs pods.
      1   metadata  meta.ObjectMeta | Its name.
      2   spec      JobSpec | What should run.
      3   status    JobStatus | How far it is.
    JobSpec | What a Job wants.
      1   parallelism  *int32 | At the same time.
      2   completions  *int32
      6   template     core.PodTemplateSpec required | Of each pod.
      10  suspend      *bool
    JobStatus
      2   startTime  *Time
    JobList kind
      1   metadata  meta.ListMeta
      2   items     []Job required
    """

private let policyExcerpt = """
    Eviction kind
      1   metadata       meta.ObjectMeta
      2   deleteOptions  *meta.DeleteOptions
    """

func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.filter { $0 != UInt8(ascii: " ") }.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The body of a kind whose message has these bytes.
func body(_ kind: String, apiVersion: String = "v1", _ message: [UInt8]) -> [UInt8] {
    var writer = WireWriter()
    do {
        try ProtobufEnvelope.write(apiVersion: apiVersion, kind: kind, to: &writer) { writer in
            var rest = message[...]
            while let byte = rest.popFirst() { writer.append(byte) }
        }
    } catch {
        preconditionFailure("\(error)")
    }
    return KubeProtobuf.prefix + writer.bytes
}
