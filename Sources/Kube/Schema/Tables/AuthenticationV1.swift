extension SchemaTable {
    /// k8s.io/api/authentication/v1
    static let authenticationV1 = """
        SelfSubjectReview kind | Asks who you are to the server.
          1  metadata  meta.ObjectMeta         | Ignored: nothing is stored.
          2  status    SelfSubjectReviewStatus | The answer. Written by stint.
        SelfSubjectReviewStatus | Who the asking user is.
          1  userInfo  UserInfo | The user.
        UserInfo | A user, as the server knows them.
          1  username  string                | Name of the user.
          2  uid       string                | Tells apart users who had the same name.
          3  groups    []string              | The groups the user is in.
          4  extra     map[[]string] wrapped | What else is known of the user.
        TokenReview kind | Asks whose token this is.
          1  metadata  meta.ObjectMeta          | Ignored: nothing is stored.
          2  spec      TokenReviewSpec required | The token.
          3  status    TokenReviewStatus        | The answer. Written by stint.
        TokenReviewSpec | The token in question.
          1  token      string required | The token itself.
          2  audiences  []string        | For whom it should have been issued; the server itself when not given.
        TokenReviewStatus | Whose token it is, if anybody's.
          1  authenticated  bool     | The token is good.
          2  user           UserInfo | The user it stands for.
          4  audiences      []string | Those of the audiences asked for that it was issued for.
          3  error          string   | Why it could not be checked.
        """
}
