extension SchemaTable {
    /// k8s.io/apimachinery/pkg/apis/meta/v1: options of requests, their outcomes, discovery
    static let metaV1Requests = """
        Status kind | How a request ended when there is no object to show, above all why it failed.
          1  metadata  ListMeta       | What lists say of themselves; empty for errors.
          2  status    string         | Success or Failure.
          3  message   string         | The outcome in a sentence, for people.
          4  reason    string         | The outcome in a word, for programs, such as NotFound or Conflict.
          5  details   *StatusDetails | Which object it is about, and each single mistake.
          6  code      int32          | The HTTP status code.
        StatusDetails | Facts that belong to the reason of a Status.
          1  name               string        | Name of the object in question.
          2  group              string        | Its API group.
          3  kind               string        | Its kind; for some reasons the name of the resource.
          6  uid                string        | Its uid, when it has one.
          4  causes             []StatusCause | Each mistake by itself.
          5  retryAfterSeconds  int32         | Seconds after which the same request may succeed.
        StatusCause | One of the mistakes that made a request fail.
          1  reason   string | The mistake in a word, such as FieldValueInvalid.
          2  message  string | The mistake in a sentence.
          3  field    string | Where it is, such as spec.template.spec.containers[0].name.
        DeleteOptions kind | How an object should be deleted.
          1  gracePeriodSeconds  *int64 \
              | Seconds the pods have to end; 0 kills at once, none means what the object says.
          2  preconditions  *Preconditions | Delete only if these hold.
          3  orphanDependents  *bool | The old way to ask for propagationPolicy Orphan; give one of the two.
          4  propagationPolicy  *string \
              | What happens to owned objects: Background (afterwards), Foreground (before), Orphan (kept).
          5  dryRun  []string | All means: check everything, change nothing.
          6  ignoreStoreReadErrorWithClusterBreakingPotential  *bool \
              | For objects that can no longer be read; stint refuses it.
        Preconditions | What must be true of an object for it to be deleted.
          1  uid              *string | Its uid is this.
          2  resourceVersion  *string | Its version is this.
        CreateOptions kind | How an object should be created.
          1  dryRun           []string | All means: check everything, store nothing.
          3  fieldManager     string   | Name under which the client owns the fields it sets.
          4  fieldValidation  string   | What unknown and repeated fields do: Ignore, Warn (the default) or Strict.
        UpdateOptions kind | How an object should be replaced.
          1  dryRun           []string | All means: check everything, store nothing.
          2  fieldManager     string   | Name under which the client owns the fields it changes.
          3  fieldValidation  string   | What unknown and repeated fields do: Ignore, Warn (the default) or Strict.
        PatchOptions kind | How an object should be patched.
          1  dryRun           []string | All means: check everything, store nothing.
          2  force            *bool    | Take fields over from other managers instead of failing; for apply only.
          3  fieldManager     string   | Name under which the client owns the fields; needed for apply.
          4  fieldValidation  string   | What unknown and repeated fields do: Ignore, Warn (the default) or Strict.
        ListOptions kind | Which objects to list or watch, and how.
           1  labelSelector         string | Only objects whose labels match.
           2  fieldSelector         string | Only objects whose fields match.
           3  watch                 bool   | Stay connected and send every change.
           9  allowWatchBookmarks   bool   | The client understands bookmarks, which tell the version without an object.
           4  resourceVersion       string | The version to list at or to watch from.
          10  resourceVersionMatch  string | Whether that version is meant exactly or as the oldest allowed.
           5  timeoutSeconds        *int64 | End the list or watch after this many seconds.
           7  limit                 int64  | At most this many objects in one page.
           8  continue              string | The token from the page before.
          11  sendInitialEvents     *bool  | Start a watch with the objects there are, followed by a bookmark.
        GetOptions kind | How one object should be read.
          1  resourceVersion  string | The oldest version that will do.
        WatchEvent | One change, as a watch reports it.
          1  type  string required | ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.
          2  object  RawExtension required \
              | The object after the change, the last one before its deletion, or a Status for ERROR.
        APIGroup kind | A group of kinds and the versions it is served in.
          1  name  string required | Name of the group, such as batch.
          2  versions  []GroupVersionForDiscovery required | The versions that are served.
          3  preferredVersion  GroupVersionForDiscovery | The version to use when any will do.
          4  serverAddressByClientCIDRs  []ServerAddressByClientCIDR \
              | Which address of the server clients of a network should use.
        APIGroupList kind | All groups that are served.
          1  groups  []APIGroup required | The groups.
        APIVersions kind | The versions of the group without a name.
          1  versions  []string required | The versions that are served.
          2  serverAddressByClientCIDRs  []ServerAddressByClientCIDR required \
              | Which address of the server clients of a network should use.
        APIResource | One kind as it appears in URLs, and what can be done with it.
           1  name  string required | Its name in URLs, such as jobs or jobs/status.
           6  singularName  string required | The name for one of them.
           2  namespaced  bool required | Whether its objects live in namespaces.
           8  group  string | Its group, when that is not the group of the list.
           9  version  string | Its version, when that is not the version of the list.
           3  kind  string required | The kind of its objects.
           4  verbs  []string required wrapped \
              | What may be asked: get, list, watch, create, update, patch, delete, deletecollection.
           5  shortNames  []string | Abbreviations the command line takes.
           7  categories  []string | Collective names it answers to, such as all.
          10  storageVersionHash  string | Changes when the stored form of the kind does.
        APIResourceList kind | The resources of one group and version.
          1  groupVersion  string required        | The group and version, such as batch/v1.
          2  resources     []APIResource required | The resources and subresources.
        GroupVersionForDiscovery | A group with a version, in both spellings.
          1  groupVersion  string required | Both together, such as batch/v1.
          2  version       string required | The version alone.
        ServerAddressByClientCIDR | The address of the server for clients of one network.
          1  clientCIDR     string required | The network the client is in.
          2  serverAddress  string required | Host, or host and port.
        """
}
