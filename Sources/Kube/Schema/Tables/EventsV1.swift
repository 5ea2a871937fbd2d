extension SchemaTable {
    /// k8s.io/api/events/v1
    static let eventsV1 = """
        Event kind | Something that happened to an object.
           1  metadata                  meta.ObjectMeta | Name, labels and the rest of what every object carries.
           2  eventTime                 MicroTime required | When it was first seen, to the microsecond.
           3  series                    *EventSeries | How often it was seen since, when that was more than once.
           4  reportingController       string | Who saw it, such as job-controller.
           5  reportingInstance         string | Which instance of the reporter saw it.
           6  action                    string | What was done or failed, in a word.
           7  reason                    string | Why, in one CamelCase word, such as BackoffLimitExceeded.
           8  regarding                 core.ObjectReference | The object it happened to.
           9  related                   *core.ObjectReference | Another object that had a part in it.
          10  note                      string | What happened, in a sentence.
          11  type                      string | Normal or Warning.
          12  deprecatedSource          core.EventSource | The reporter, as events of core/v1 name it.
          13  deprecatedFirstTimestamp  Time | When it was first seen, as events of core/v1 say it.
          14  deprecatedLastTimestamp   Time | When it was last seen, as events of core/v1 say it.
          15  deprecatedCount           int32 | How often it was seen, as events of core/v1 say it.
        EventSeries | The same event, seen again and again.
          1  count             int32 required     | How often, up to the last time.
          2  lastObservedTime  MicroTime required | The last time, to the microsecond.
        EventList kind | A list of Events.
          1  metadata  meta.ListMeta    | Version of the list and where its next page starts.
          2  items     []Event required | The Events.
        """
}
