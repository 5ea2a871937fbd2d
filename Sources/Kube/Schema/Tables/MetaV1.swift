extension SchemaTable {
    /// k8s.io/apimachinery/pkg/apis/meta/v1: what objects have in common
    static let metaV1 = """
        ObjectMeta | Names an object and says where it belongs, who owns it and when it came.
           1  name  string | The object's name, unique among its kind in the namespace; it cannot change.
           2  generateName  string | A prefix: when name is empty, the server appends five random characters.
           3  namespace  string | The namespace the object lives in; empty for kinds that have none.
           4  selfLink  string | No longer filled in by any server.
           5  uid  string | Tells apart objects that had the same name one after the other; set by stint.
           6  resourceVersion  string | Changes with every write; send it back to write only if nobody else did.
           7  generation  int64 | Counts the changes of the spec.
           8  creationTimestamp  Time | When stint first stored the object.
           9  deletionTimestamp  *Time | When the deletion takes effect; set once somebody has asked for it.
          10  deletionGracePeriodSeconds  *int64 | How many seconds the object was given to end when its deletion began.
          11  labels  map[string] | Short names and values for selecting objects.
          12  annotations  map[string] | Further names and values, not for selecting; stint's own begin with stint.dev/.
          13  ownerReferences  []OwnerReference map=uid merge=uid \
              | The objects this one exists for; when all of them are gone, so is this one.
          14  finalizers  []string set merge \
              | Names of duties that must be done, and taken off the list, before the object goes away.
          17  managedFields  []ManagedFieldsEntry | Which client set which fields; kept by stint for server-side apply.
        ListMeta | What a list says about itself.
          1  selfLink            string | No longer filled in by any server.
          2  resourceVersion     string | The state of the store that the list shows; a watch can start from here.
          3  continue            string | Present when there is more: send it to get the next page.
          4  remainingItemCount  *int64 | About how many objects the pages after this one hold.
        OwnerReference atomic | Points to an object of the same namespace, or of none, that owns this one.
          5  apiVersion          string required | Group and version of the owner, such as batch/v1.
          1  kind                string required | Kind of the owner.
          3  name                string required | Name of the owner.
          4  uid                 string required | The uid of the owner; another object with the same name is no owner.
          6  controller          *bool | Whether this owner is the one that manages the object.
          7  blockOwnerDeletion  *bool | Whether a foreground deletion of the owner waits until this object is gone.
        ManagedFieldsEntry | The fields that one client owns through one kind of request.
          1  manager      string    | Name of the client, as it gave it in fieldManager.
          2  operation    string    | Apply, or Update for every other way to write.
          3  apiVersion   string    | The version of the API in which the fields are named.
          4  time         *Time     | When this client last changed the set.
          6  fieldsType   string    | The format of the set: FieldsV1 is the only one.
          7  fieldsV1     *FieldsV1 | The set itself, a tree of field names.
          8  subresource  string    | The subresource that was written to, such as status; empty for the object itself.
        LabelSelector atomic | Chooses objects by their labels; all of it must hold, and saying nothing means all.
          1  matchLabels       map[string]                | Labels the object must carry with exactly these values.
          2  matchExpressions  []LabelSelectorRequirement | Further conditions on labels.
        LabelSelectorRequirement | One condition on one label.
          1  key       string required | Name of the label.
          2  operator  string required | In, NotIn, Exists or DoesNotExist.
          3  values    []string        | The values for In and NotIn; must be empty for the other two.
        FieldSelectorRequirement | One condition on one field of an object.
          1  key       string required | Path of the field, such as metadata.name.
          2  operator  string required | In, NotIn, Exists or DoesNotExist.
          3  values    []string        | The values for In and NotIn; must be empty for the other two.
        Condition | One thing that can be said of an object's state, and whether it is so.
          1  type                string required | What is being said, in CamelCase.
          2  status              string required | True, False or Unknown.
          3  observedGeneration  int64           | The generation of the spec this was said about.
          4  lastTransitionTime  Time required   | When the status last changed.
          5  reason              string required | Why it is so, in one CamelCase word.
          6  message             string required | Why it is so, in a sentence; may be empty.
        PartialObjectMetadata kind | Any object, of which only the metadata is shown.
          1  metadata  ObjectMeta | Name, labels and the rest of what every object carries.
        PartialObjectMetadataList kind | A list of objects of which only the metadata is shown.
          1  metadata  ListMeta                         | Version of the list and where its next page starts.
          2  items     []PartialObjectMetadata required | The objects.
        """
}
