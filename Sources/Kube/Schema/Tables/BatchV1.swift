extension SchemaTable {
    /// k8s.io/api/batch/v1
    static let batchV1 = """
        Job kind | A Job runs pods until enough of them have succeeded.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      JobSpec         | What should run, how often, and when to give up.
          3  status    JobStatus       | How far it is. Written by stint.
        JobList kind | A list of Jobs.
          1  metadata  meta.ListMeta  | Version of the list and where its next page starts.
          2  items     []Job required | The Jobs.
        JobSpec | What a Job should run, how often, and when to give up.
           1  parallelism  *int32 | How many pods run at the same time; 1 when not given.
           2  completions  *int32 \
              | How many pods must succeed; with none but a parallelism, the first success ends the Job.
           3  activeDeadlineSeconds  *int64 | Seconds from its start after which the Job is ended and has failed.
          11  podFailurePolicy  *PodFailurePolicy | Rules for what a failed pod means.
          16  successPolicy  *SuccessPolicy | Rules for when an Indexed Job has succeeded early.
           7  backoffLimit  *int32 | How many failures are retried; one more and the Job has failed. 6 when not given.
          12  backoffLimitPerIndex  *int32 | How many failures are retried for each index of an Indexed Job.
          13  maxFailedIndexes  *int32 | How many indexes may fail before the Job does; needs backoffLimitPerIndex.
           4  selector  *meta.LabelSelector | Which pods belong to the Job; filled in by stint.
           5  manualSelector  *bool | The selector was written by hand and is to be kept; rarely wanted.
           6  template  core.PodTemplateSpec required | The pods to create; restartPolicy must be Never or OnFailure.
           8  ttlSecondsAfterFinished  *int32 | Seconds after its end when the Job is deleted; never when not given.
           9  completionMode  *string enum=Indexed,NonIndexed \
              | NonIndexed (the default), or Indexed: every pod has a number of its own.
          10  suspend  *bool | While true no pods run; those that do are ended, and the deadline starts anew on resume.
          14  podReplacementPolicy  *string enum=Failed,TerminatingOrFailed \
              | Whether a pod is replaced once it is TerminatingOrFailed (the default) or only when Failed.
          15  managedBy  *string | Name of the controller of this Job; stint leaves a Job of another one alone.
        JobStatus | How far a Job is.
           1  conditions  []JobCondition merge=type \
              | Suspended, SuccessCriteriaMet, FailureTarget, Complete, Failed, and stint's own Finished.
           2  startTime  *Time | When work on the Job began, or began again after a suspension.
           3  completionTime  *Time | When the Job succeeded; absent unless it did.
           4  active  int32 | How many pods are pending or running.
           5  succeeded  int32 | How many pods have succeeded.
           6  failed  int32 | How many pods have failed.
          11  terminating  *int32 | How many pods are being ended.
           7  completedIndexes  string | The indexes that have succeeded, such as 1,3-5,7.
          10  failedIndexes  *string | The indexes that have failed for good, in the same notation.
           8  uncountedTerminatedPods  *UncountedTerminatedPods \
              | Pods that have ended and are in none of the counts yet.
           9  ready  *int32 | How many running pods are ready.
        JobCondition | One thing that can be said of a Job's state.
          1  type  string required | Suspended, SuccessCriteriaMet, FailureTarget, Complete, Failed or Finished.
          2  status  string required | True, False or Unknown.
          3  lastProbeTime  Time | When it was last looked at.
          4  lastTransitionTime  Time | When the status last changed.
          5  reason  string | Why it is so, in a word, such as DeadlineExceeded.
          6  message  string | Why it is so, in a sentence.
        UncountedTerminatedPods | Pods that have ended but are not counted in the status so far.
          1  succeeded  []string set | The uids of those that succeeded.
          2  failed     []string set | The uids of those that failed.
        PodFailurePolicy | What a failed pod means for its Job.
          1  rules  []PodFailurePolicyRule required | Tried in this order; the first that fits decides. At most 20.
        PodFailurePolicyRule | What to do with pods that failed in one way: by exit codes or pod conditions, not both.
          1  action  string required enum=Count,FailIndex,FailJob,Ignore \
              | FailJob, FailIndex, Ignore (does not count), or Count (as without the rule).
          2  onExitCodes  *PodFailurePolicyOnExitCodesRequirement | The rule is about exit codes.
          3  onPodConditions  []PodFailurePolicyOnPodConditionsPattern \
              | The rule is about conditions of the pod; one that fits is enough.
        PodFailurePolicyOnExitCodesRequirement | Which exit codes a rule is about.
          1  containerName  *string              | Only this container's exit code; any container's when not given.
          2  operator       string required enum=In,NotIn | In: one of the values. NotIn: none of them.
          3  values         []int32 required set | The exit codes, at most 255; 0 cannot be one for In.
        PodFailurePolicyOnPodConditionsPattern | Which condition of a pod a rule is about.
          1  type    string required | Type of the condition.
          2  status  string          | The status it must have; True when not given.
        SuccessPolicy | When an Indexed Job has succeeded before all its indexes have.
          1  rules  []SuccessPolicyRule required | Tried in this order; one that holds ends the Job. At most 20.
        SuccessPolicyRule | Which indexes, or how many, must have succeeded; with both, that many out of these.
          1  succeededIndexes  *string | The indexes, such as 1,3-5,7.
          2  succeededCount    *int32  | How many indexes.
        CronJob kind | A CronJob makes a Job each time its schedule says so.
          1  metadata  meta.ObjectMeta      | Name, labels and the rest of what every object carries.
          2  spec      CronJobSpec required | When to make Jobs, and which.
          3  status    CronJobStatus        | What it made last. Written by stint.
        CronJobList kind | A list of CronJobs.
          1  metadata  meta.ListMeta      | Version of the list and where its next page starts.
          2  items     []CronJob required | The CronJobs.
        CronJobSpec | When a CronJob makes Jobs, and which.
          1  schedule  string required \
              | Minute, hour, day, month, weekday, such as 30 4 * * 1-5; or a name, such as @daily.
          8  timeZone  *string | The zone the schedule is meant in, such as Europe/Paris; the host's when not given.
          2  startingDeadlineSeconds  *int64 \
              | A start that is late by more seconds than this is skipped; none is when not given.
          3  concurrencyPolicy  string enum=Allow,Forbid,Replace \
              | When the last Job still runs: Allow another (the default), Forbid it, or Replace the last.
          4  suspend  *bool | While true no new Jobs are made; those that run go on.
          5  jobTemplate  JobTemplateSpec required | The Jobs to make.
          6  successfulJobsHistoryLimit  *int32 | How many succeeded Jobs are kept; 3 when not given.
          7  failedJobsHistoryLimit  *int32 | How many failed Jobs are kept; 1 when not given.
        CronJobStatus | What a CronJob has made.
          1  active              []core.ObjectReference | Its Jobs that run now.
          4  lastScheduleTime    *Time                  | When it last made a Job.
          5  lastSuccessfulTime  *Time                  | When one of its Jobs last succeeded.
        JobTemplateSpec | The Jobs a CronJob makes.
          1  metadata  meta.ObjectMeta | Labels and annotations for them.
          2  spec      JobSpec         | What they run.
        """
}
