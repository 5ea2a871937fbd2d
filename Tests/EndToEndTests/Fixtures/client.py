"""Drives a daemon with the Kubernetes client for Python, one story per name, and prints what it saw as JSON lines.

    client.py KUBECONFIG STORY

Nothing is judged here: the test that runs this knows what each line must say.
"""

import base64
import json
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

import urllib3
from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException

NAMESPACE = "default"


def tell(step, **facts):
    print(json.dumps({"step": step, **facts}, default=str), flush=True)


def job(name, script, labels=None, suspend=False):
    container = client.V1Container(name="main", image="busybox", command=["sh", "-c", script])
    pod = client.V1PodSpec(restart_policy="Never", termination_grace_period_seconds=1, containers=[container])
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=pod)
    return client.V1Job(
        api_version="batch/v1", kind="Job", metadata=client.V1ObjectMeta(name=name, labels=labels),
        spec=client.V1JobSpec(template=template, backoff_limit=0, suspend=suspend))


def names(items):
    return [item.metadata.name for item in items]


def until(condition, seconds=30):
    """Looks again until the condition holds; what it said last."""
    end = time.monotonic() + seconds
    while not (held := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return held


def life_of_a_job():
    """Created, watched to completion, read, patched, deleted."""
    batch, core = client.BatchV1Api(), client.CoreV1Api()
    made = batch.create_namespaced_job(NAMESPACE, job("pi", "echo 3.14159; echo more", labels={"app": "pi"}))
    tell("created", name=made.metadata.name, uid=made.metadata.uid, completions=made.spec.completions,
         created=made.metadata.creation_timestamp.year)

    seen, looking = [], watch.Watch()
    for event in looking.stream(batch.list_namespaced_job, NAMESPACE, field_selector="metadata.name=pi",
                                timeout_seconds=60):
        status = event["object"].status
        seen.append(event["type"])
        conditions = [c.type for c in status.conditions or [] if c.status == "True"]
        if "Complete" in conditions:
            tell("watched", types=sorted(set(seen)), first=seen[0], succeeded=status.succeeded, conditions=conditions)
            looking.stop()

    pods = core.list_namespaced_pod(NAMESPACE, label_selector="job-name=pi").items
    pod = pods[0].metadata.name
    followed = list(watch.Watch().stream(core.read_namespaced_pod_log, name=pod, namespace=NAMESPACE))
    tell("log", text=core.read_namespaced_pod_log(pod, NAMESPACE), tail=core.read_namespaced_pod_log(
        pod, NAMESPACE, tail_lines=1), followed=followed, phase=pods[0].status.phase,
        exit_code=pods[0].status.container_statuses[0].state.terminated.exit_code)

    patched = batch.patch_namespaced_job("pi", NAMESPACE, {"metadata": {"labels": {"more": "yes"}}})
    tell("patched", labels=patched.metadata.labels)
    listed = batch.patch_namespaced_job("pi", NAMESPACE, [{"op": "remove", "path": "/metadata/labels/more"}])
    tell("patched by operations", labels=listed.metadata.labels)
    status = batch.read_namespaced_job_status("pi", NAMESPACE)
    tell("status", succeeded=status.status.succeeded)
    until(lambda: len(events_of(core, "pi")) >= 2)
    newer = client.EventsV1Api().list_namespaced_event(NAMESPACE).items
    tell("events", reasons=events_of(core, "pi"), newer=[e.reason for e in newer if e.regarding.name == "pi"])


def events_of(core, name):
    items = core.list_namespaced_event(NAMESPACE, field_selector=f"involvedObject.name={name}").items
    return [event.reason for event in items]


def deleting():
    """What becomes of the pods under each policy."""
    batch, core = client.BatchV1Api(), client.CoreV1Api()

    def pods(name):
        return core.list_namespaced_pod(NAMESPACE, label_selector=f"job-name={name}").items

    for policy in ["Background", "Foreground", "Orphan"]:
        name = policy.lower()
        batch.create_namespaced_job(NAMESPACE, job(name, "sleep 60"))
        until(lambda: [p for p in pods(name) if p.status.phase == "Running"])
        batch.delete_namespaced_job(name, NAMESPACE, propagation_policy=policy)
        held = None
        if policy == "Foreground":
            try:
                held = batch.read_namespaced_job(name, NAMESPACE).metadata.finalizers
            except ApiException as gone:
                held = gone.status
        until(lambda: not exists(lambda: batch.read_namespaced_job(name, NAMESPACE)))
        if policy != "Orphan":
            until(lambda: not pods(name))
        left = pods(name)
        tell("deleted", policy=policy, job_exists=exists(lambda: batch.read_namespaced_job(name, NAMESPACE)),
             pods=len(left), owners=sum(len(p.metadata.owner_references or []) for p in left), held=held)

    batch.create_namespaced_job(NAMESPACE, job("a", "true", labels={"set": "x"}, suspend=True))
    batch.create_namespaced_job(NAMESPACE, job("b", "true", labels={"set": "x"}, suspend=True))
    batch.create_namespaced_job(NAMESPACE, job("c", "true", labels={"set": "y"}, suspend=True))
    batch.delete_collection_namespaced_job(NAMESPACE, label_selector="set=x", propagation_policy="Background")
    tell("deleted several", left=names(batch.list_namespaced_job(NAMESPACE).items))


def exists(read):
    try:
        read()
        return True
    except ApiException as problem:
        if problem.status != 404:
            raise
        return False


def paging():
    """25 Jobs in pages of 10, while one is added between the pages."""
    batch = client.BatchV1Api()
    for number in range(25):
        batch.create_namespaced_job(NAMESPACE, job(f"page-{number:02}", "true", suspend=True))
    page = batch.list_namespaced_job(NAMESPACE, limit=10)
    pages, remaining, versions = [names(page.items)], [page.metadata.remaining_item_count], [
        page.metadata.resource_version]
    batch.create_namespaced_job(NAMESPACE, job("page-99", "true", suspend=True))
    while page.metadata._continue:
        page = batch.list_namespaced_job(NAMESPACE, limit=10, _continue=page.metadata._continue)
        pages.append(names(page.items))
        remaining.append(page.metadata.remaining_item_count)
        versions.append(page.metadata.resource_version)
    tell("pages", pages=pages, remaining=remaining, one_version=len(set(versions)) == 1)
    try:
        batch.list_namespaced_job(NAMESPACE, limit=10, _continue="nonsense")
    except ApiException as problem:
        tell("bad token", status=problem.status, reason=json.loads(problem.body)["reason"])


class Proxy:
    """Passes bytes on to the daemon, until all its connections are cut."""

    def __init__(self, host, port):
        self.target, self.open = (host, port), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            far = socket.create_connection(self.target)
            self.open += [near, far]
            for source, sink in [(near, far), (far, near)]:
                threading.Thread(target=self.copy, args=(source, sink), daemon=True).start()

    def copy(self, source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        for end in self.open:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open = []


def resuming():
    """A watch goes on after its connection was cut, three times, and loses and repeats nothing."""
    configuration = client.Configuration.get_default_copy()
    address = urlsplit(configuration.host)
    proxy = Proxy(address.hostname, address.port)
    direct = client.CoreV1Api()
    configuration.host = f"https://{address.hostname}:{proxy.port}"
    configuration.retries = False
    through = client.CoreV1Api(client.ApiClient(configuration))

    version = direct.list_namespaced_config_map(NAMESPACE).metadata.resource_version
    seen, cuts, looking = [], 0, watch.Watch()
    total = 40

    def write():
        for number in range(total):
            direct.create_namespaced_config_map(NAMESPACE, client.V1ConfigMap(
                metadata=client.V1ObjectMeta(name=f"seen-{number:02}", labels={"for": "watch"})))
            if number % 10 == 9 and number < total - 1:
                time.sleep(0.3)
                proxy.cut()
            else:
                time.sleep(0.02)

    threading.Thread(target=write, daemon=True).start()
    end = time.monotonic() + 60
    while len(seen) < total and time.monotonic() < end:
        try:
            for event in looking.stream(through.list_namespaced_config_map, NAMESPACE, label_selector="for=watch",
                                        resource_version=version, timeout_seconds=30):
                version = event["object"].metadata.resource_version
                seen.append([event["type"], event["object"].metadata.name])
                if len(seen) == total:
                    looking.stop()
        except (urllib3.exceptions.HTTPError, ConnectionError):
            pass
        except ApiException as problem:
            if problem.status != 0:  # 0: cut off before there was an answer
                raise
        cuts += 1
    tell("resumed", seen=seen, connections=cuts)
    try:
        for _ in watch.Watch().stream(direct.list_namespaced_config_map, NAMESPACE, resource_version="999999999",
                                      timeout_seconds=5):
            pass
        tell("from the future", status=200)
    except ApiException as problem:
        tell("from the future", status=problem.status, reason=str(problem.reason))


def other_kinds():
    """Namespaces, ConfigMaps, Secrets and the rest."""
    core, batch = client.CoreV1Api(), client.BatchV1Api()
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name="py")))
    account = until(lambda: names(core.list_namespaced_service_account("py").items))
    tell("namespace", phase=core.read_namespace("py").status.phase, accounts=account)
    core.create_namespaced_config_map("py", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="c"), data={"a": "1"}))
    read = core.read_namespaced_config_map("c", "py")
    read.data["b"] = "2"
    replaced = core.replace_namespaced_config_map("c", "py", read)
    tell("configmap", data=replaced.data, newer=int(replaced.metadata.resource_version) > int(
        read.metadata.resource_version))
    secret = core.create_namespaced_secret("py", client.V1Secret(
        metadata=client.V1ObjectMeta(name="s"), string_data={"password": "hush"}))
    tell("secret", type=secret.type, password=base64.b64decode(secret.data["password"]).decode())
    spec = client.V1CronJobSpec(schedule="0 3 * * *", job_template=client.V1JobTemplateSpec(spec=job("x", "true").spec))
    cron = batch.create_namespaced_cron_job("py", client.V1CronJob(metadata=client.V1ObjectMeta(name="n"), spec=spec))
    tell("cronjob", policy=cron.spec.concurrency_policy, kept=cron.spec.successful_jobs_history_limit)
    node = core.list_node().items[0]
    tell("node", ready=[c.status for c in node.status.conditions if c.type == "Ready"], cpu=node.status.capacity["cpu"],
         addresses=len(node.status.addresses))
    review = client.AuthorizationV1Api().create_self_subject_access_review(client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=client.V1ResourceAttributes(
            verb="create", group="batch", resource="jobs", namespace="py"))))
    tell("review", allowed=review.status.allowed)
    tell("version", minor=client.VersionApi().get_code().minor,
         groups=sorted(g.name for g in client.ApisApi().get_api_versions().groups))
    core.delete_namespace("py")
    until(lambda: not exists(lambda: core.read_namespace("py")))
    tell("namespace deleted", exists=exists(lambda: core.read_namespace("py")),
         left=exists(lambda: core.read_namespaced_config_map("c", "py")))


def problems():
    """What is refused, as the client's own exception tells it."""
    batch, core = client.BatchV1Api(), client.CoreV1Api()

    def attempt(what, call):
        try:
            call()
            tell(what, status=200)
        except ApiException as problem:
            body = json.loads(problem.body)
            tell(what, status=problem.status, http_reason=problem.reason, kind=body["kind"], reason=body["reason"],
                 code=body["code"], message=body["message"])

    batch.create_namespaced_job(NAMESPACE, job("there", "true", suspend=True))
    attempt("not found", lambda: batch.read_namespaced_job("nope", NAMESPACE))
    attempt("twice", lambda: batch.create_namespaced_job(NAMESPACE, job("there", "true")))
    attempt("bad name", lambda: batch.create_namespaced_job(NAMESPACE, job("Not_A_Name", "true")))
    stale = batch.read_namespaced_job("there", NAMESPACE)
    batch.patch_namespaced_job("there", NAMESPACE, {"metadata": {"labels": {"a": "b"}}})
    attempt("stale", lambda: batch.replace_namespaced_job("there", NAMESPACE, stale))
    attempt("wrong uid", lambda: batch.delete_namespaced_job("there", NAMESPACE, body=client.V1DeleteOptions(
        preconditions=client.V1Preconditions(uid="other"))))
    attempt("bad selector", lambda: batch.list_namespaced_job(NAMESPACE, label_selector="a in"))
    attempt("no log", lambda: core.read_namespaced_pod_log("nope", NAMESPACE))


if __name__ == "__main__":
    config.load_kube_config(sys.argv[1])
    stories = [life_of_a_job, deleting, paging, resuming, other_kinds, problems]
    {story.__name__: story for story in stories}[sys.argv[2]]()
