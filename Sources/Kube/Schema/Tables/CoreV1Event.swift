extension SchemaTable {
    /// k8s.io/api/core/v1: events
    static let coreV1Event = """
        Event kind | Something that happened to an object.
           1  metadata            meta.ObjectMeta required | Name, labels and the rest of what every object carries.
           2  involvedObject      ObjectReference required | The object it happened to.
           3  reason              string | Why, in one CamelCase word, such as BackoffLimitExceeded.
           4  message             string | What happened, in a sentence.
           5  source              EventSource | Who saw it.
           6  firstTimestamp      Time | When it was first seen.
           7  lastTimestamp       Time | When it was last seen.
           8  count               int32 | How often it was seen.
           9  type                string | Normal or Warning.
          10  eventTime           MicroTime | When it was first seen, to the microsecond; set by newer clients.
          11  series              *EventSeries | How often it was seen since, as newer clients count.
          12  action              string | What was done or failed, in a word.
          13  related             *ObjectReference | Another object that had a part in it.
          14  reportingComponent  string | Who saw it, such as job-controller.
          15  reportingInstance   string | Which instance of the reporter saw it.
        EventList kind | A list of Events.
          1  metadata  meta.ListMeta    | Version of the list and where its next page starts.
          2  items     []Event required | The Events.
        EventSeries | The same event, seen again and again.
          1  count             int32     | How often, up to the last time.
          2  lastObservedTime  MicroTime | The last time, to the microsecond.
        EventSource | Who saw an event.
          1  component  string | The part of the system, such as job-controller.
          2  host       string | The node it was on.
        """
}
