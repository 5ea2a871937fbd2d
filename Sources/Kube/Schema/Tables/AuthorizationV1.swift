extension SchemaTable {
    /// k8s.io/api/authorization/v1
    static let authorizationV1 = """
        SubjectAccessReview kind | Asks whether some user may do something.
          1  metadata  meta.ObjectMeta                  | Ignored: nothing is stored.
          2  spec      SubjectAccessReviewSpec required | The user and the deed.
          3  status    SubjectAccessReviewStatus        | The answer. Written by stint.
        SelfSubjectAccessReview kind | Asks whether you may do something.
          1  metadata  meta.ObjectMeta                      | Ignored: nothing is stored.
          2  spec      SelfSubjectAccessReviewSpec required | The deed.
          3  status    SubjectAccessReviewStatus            | The answer. Written by stint.
        LocalSubjectAccessReview kind | Asks whether some user may do something in one namespace.
          1  metadata  meta.ObjectMeta                  | The namespace; nothing is stored.
          2  spec      SubjectAccessReviewSpec required | The user and the deed.
          3  status    SubjectAccessReviewStatus        | The answer. Written by stint.
        SubjectAccessReviewSpec | A user and a deed; exactly one of the two kinds of attributes is given.
          1  resourceAttributes     *ResourceAttributes    | A deed to objects.
          2  nonResourceAttributes  *NonResourceAttributes | A deed to a URL that is no object.
          3  user                   string                 | Name of the user.
          4  groups                 []string               | The groups the user is in.
          5  extra                  map[[]string] wrapped  | What else is known of the user.
          6  uid                    string                 | Tells apart users who had the same name.
        SelfSubjectAccessReviewSpec | A deed; exactly one of the two kinds of attributes is given.
          1  resourceAttributes     *ResourceAttributes    | A deed to objects.
          2  nonResourceAttributes  *NonResourceAttributes | A deed to a URL that is no object.
        ResourceAttributes | A verb and the objects it would be done to.
          1  namespace      string | The namespace; empty means all of them, or a kind that has none.
          2  verb           string | get, list, watch, create, update, patch, delete, deletecollection, or * for all.
          3  group          string | API group of the kind, or * for all.
          4  version        string | Version of the group, or * for all.
          5  resource       string | The kind as URLs name it, such as jobs, or * for all.
          6  subresource    string | A part of the objects, such as status or log; empty for the whole.
          7  name           string | One object; empty means all of them.
          8  fieldSelector  *FieldSelectorAttributes | Narrows the objects by their fields.
          9  labelSelector  *LabelSelectorAttributes | Narrows the objects by their labels.
        LabelSelectorAttributes | A label selector, as text or taken apart, not both.
          1  rawSelector   string                          | The selector as a URL carries it.
          2  requirements  []meta.LabelSelectorRequirement | The conditions; all must hold.
        FieldSelectorAttributes | A field selector, as text or taken apart, not both.
          1  rawSelector   string                          | The selector as a URL carries it.
          2  requirements  []meta.FieldSelectorRequirement | The conditions; all must hold.
        NonResourceAttributes | A verb and a URL that is no object.
          1  path  string | Path of the URL, such as /metrics.
          2  verb  string | The HTTP verb in small letters.
        SubjectAccessReviewStatus | Whether the deed is allowed.
          1  allowed          bool required | It is allowed.
          4  denied           bool          | It is forbidden outright, whatever else might allow it.
          2  reason           string        | Why, in a sentence.
          3  evaluationError  string        | What went wrong on the way to the answer, which holds all the same.
        SelfSubjectRulesReview kind | Asks for all you may do in a namespace.
          1  metadata  meta.ObjectMeta                     | Ignored: nothing is stored.
          2  spec      SelfSubjectRulesReviewSpec required | The namespace.
          3  status    SubjectRulesReviewStatus            | The answer. Written by stint.
        SelfSubjectRulesReviewSpec | Which namespace is asked about.
          1  namespace  string | Name of the namespace.
        SubjectRulesReviewStatus | What a user may do, as far as it can be listed.
          1  resourceRules     []ResourceRule required    | What may be done to objects, in no particular order.
          2  nonResourceRules  []NonResourceRule required | What may be done to other URLs, in no particular order.
          3  incomplete        bool required              | There may be more than is listed.
          4  evaluationError   string                     | What went wrong while the list was made.
        ResourceRule | Verbs that may be used on some objects; * stands for all.
          1  verbs          []string required | The verbs.
          2  apiGroups      []string          | The API groups.
          3  resources      []string          | The kinds as URLs name them; jobs/status is a subresource.
          4  resourceNames  []string          | Only objects with these names; empty means all.
        NonResourceRule | Verbs that may be used on some URLs; * stands for all.
          1  verbs            []string required | The HTTP verbs in small letters.
          2  nonResourceURLs  []string          | The paths; * may stand at the end.
        """
}
