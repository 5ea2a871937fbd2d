"""Many requests at once, with nothing between them and the socket, so that what is measured is the daemon.

    load.py fill SOCKET COUNT                            Jobs that are suspended, over 32 connections
    load.py list SOCKET                                  all of them in one answer, as objects and as a table
    load.py clear SOCKET                                 all of them gone by one request
    load.py watch SOCKET PID ADDRESS CA CERT KEY READERS CHANGES
                                                         watches over TLS while one object changes
    load.py stall SOCKET PID ADDRESS CA CERT KEY STALLED CHANGES
                                                         watches that are never read, while a big object changes

Prints one line of JSON.
"""

import asyncio
import json
import resource
import socket
import ssl
import sys
import time

MAPS = "/api/v1/namespaces/default/configmaps"
JOBS = "/apis/batch/v1/namespaces/default/jobs"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


class Connection:
    """One HTTP/1.1 connection that is kept."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def to_socket(cls, path):
        return cls(*await asyncio.open_unix_connection(path, limit=1 << 20))

    def send(self, method, path, body=None, accept="application/json", content="application/json"):
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n"
        if data:
            head += f"Content-Type: {content}\r\nContent-Length: {len(data)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + data)

    async def head(self):
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines[1:])}
        return int(lines[0].split()[1]), headers

    async def chunks(self):
        while size := int(await self.reader.readline(), 16):
            yield await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readline()

    async def answer(self):
        status, headers = await self.head()
        if headers.get("transfer-encoding") == "chunked":
            return status, b"".join([chunk async for chunk in self.chunks()])
        return status, await self.reader.readexactly(int(headers.get("content-length", "0")))

    async def ask(self, *arguments, **options):
        self.send(*arguments, **options)
        status, body = await self.answer()
        return status, body


def job(number):
    container = {"name": "main", "image": "busybox", "command": ["true"]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": f"many-{number:05}", "labels": {"set": "many"}},
            "spec": {"suspend": True, "template": {"spec": pod}}}


async def fill(path, count):
    numbers, failures = iter(range(int(count))), []

    async def work():
        connection = await Connection.to_socket(path)
        for number in numbers:
            status, body = await connection.ask("POST", JOBS, job(number))
            if status != 201:
                failures.append(body.decode())

    start = time.monotonic()
    await asyncio.gather(*(work() for _ in range(32)))
    return {"seconds": time.monotonic() - start, "failures": failures[:3]}


async def list_all(path):
    connection, result = await Connection.to_socket(path), {}
    for name, accept, items in [("objects", "application/json", "items"), ("table", TABLE, "rows")]:
        times = []
        for _ in range(5):
            start = time.monotonic()
            status, body = await connection.ask("GET", JOBS, accept=accept)
            times.append(time.monotonic() - start)
        parsed = json.loads(body)
        result[name] = {"status": status, "count": len(parsed[items]), "kind": parsed["kind"], "bytes": len(body),
                        "seconds": min(times), "all": times}
    return result


async def clear(path):
    connection, start = await Connection.to_socket(path), time.monotonic()
    status, _ = await connection.ask("DELETE", f"{JOBS}?propagationPolicy=Background")
    seconds = time.monotonic() - start
    _, left = await connection.ask("GET", JOBS)
    return {"status": status, "seconds": seconds, "left": len(json.loads(left)["items"])}


def resident(pid):
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def context(authority, certificate, key):
    tls = ssl.create_default_context(cafile=authority)
    tls.load_cert_chain(certificate, key)
    return tls


def config_map(name, data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


async def change(path, name, count, size):
    """Changes the object again and again; its last version."""
    connection, version = await Connection.to_socket(path), None
    for number in range(count):
        status, body = await connection.ask(
            "PATCH", f"{MAPS}/{name}", {"data": {"number": str(number), "filling": chr(97 + number % 26) * size}},
            content="application/merge-patch+json")
        assert status == 200, body
        version = json.loads(body)["metadata"]["resourceVersion"]
    return version


async def begin(path, name, size=0):
    """Makes the object; the path of a watch from then on."""
    connection = await Connection.to_socket(path)
    status, body = await connection.ask("POST", MAPS, config_map(name, {"filling": "a" * size}))
    assert status == 201, body
    version = json.loads(body)["metadata"]["resourceVersion"]
    return f"{MAPS}?watch=1&fieldSelector=metadata.name%3D{name}&resourceVersion={version}&timeoutSeconds=600"


async def read_until(connection, version):
    """Counts events up to the one with this version, which is known later."""
    events, rest = 0, b""
    async for chunk in connection.chunks():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            events += 1
            if b'"ERROR"' in line[:20]:
                return {"events": events - 1, "error": json.loads(line)["object"]["code"]}
            if version.done() and f'"resourceVersion":"{version.result()}"'.encode() in line:
                return {"events": events, "error": None}
            if not version.done() and events >= version.expected:
                return {"events": events, "error": None}
    return {"events": events, "error": "ended"}


class Version(asyncio.Future):
    expected = 0


async def watch(path, pid, address, authority, certificate, key, readers, changes):
    tls, gate = context(authority, certificate, key), asyncio.Semaphore(40)
    host, port = address.rsplit(":", 1)
    target = await begin(path, "watched")
    before, start = resident(pid), time.monotonic()

    async def open_watch():
        async with gate:
            connection = Connection(*await asyncio.open_connection(host, int(port), ssl=tls, limit=1 << 20))
            connection.send("GET", target)
            status, _ = await connection.head()
            assert status == 200, status
            return connection

    never = await open_watch()
    never.writer.transport.pause_reading()
    connections = await asyncio.gather(*(open_watch() for _ in range(int(readers))))
    opened, connected = time.monotonic() - start, resident(pid)
    version = Version()
    version.expected = int(changes)
    reading = [asyncio.create_task(read_until(connection, version)) for connection in connections]
    start = time.monotonic()
    version.set_result(await change(path, "watched", int(changes), 100))
    outcomes = await asyncio.wait_for(asyncio.gather(*reading), 300)
    told, after = time.monotonic() - start, resident(pid)
    return {"before": before, "connected": connected, "after": after, "open_seconds": opened, "seconds": told,
            "events": sorted({outcome["events"] for outcome in outcomes}), "readers": len(outcomes),
            "errors": [o["error"] for o in outcomes if o["error"]][:3]}


def stalled_watch(host, port, tls, target):
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.settimeout(30)
    plain.connect((host, int(port)))
    connection = tls.wrap_socket(plain, server_hostname=host)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection


def drain(connection):
    """What one finds who begins to read at last: how much, and whether it ends."""
    connection.settimeout(5)
    text = b""
    try:
        while data := connection.recv(1 << 20):
            text += data
        ended = True
    except TimeoutError:
        ended = False
    except OSError:
        ended = True
    return {"events": text.count(b'"type":"MODIFIED"'), "told": b'"type":"ERROR"' in text, "ended": ended}


async def stall(path, pid, address, authority, certificate, key, stalled, changes):
    host, port = address.rsplit(":", 1)
    tls, size = context(authority, certificate, key), 200_000
    target = await begin(path, "big", size)
    clients = [stalled_watch(host, port, tls, target) for _ in range(int(stalled))]
    reader = Connection(*await asyncio.open_connection(host, int(port), ssl=tls, limit=1 << 20))
    reader.send("GET", target)
    await reader.head()
    version = Version()
    version.expected = int(changes)
    reading = asyncio.create_task(read_until(reader, version))
    before, start = resident(pid), time.monotonic()
    version.set_result(await change(path, "big", int(changes), size))
    seconds, after = time.monotonic() - start, resident(pid)
    outcome = await asyncio.wait_for(reading, 120)
    return {"before": before, "after": after, "seconds": seconds, "reader": outcome, "size": size,
            "drained": drain(clients[0])}


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    verbs = {"fill": fill, "list": list_all, "clear": clear, "watch": watch, "stall": stall}

    async def main():
        print(json.dumps(await verbs[sys.argv[1]](*sys.argv[2:])))

    asyncio.run(main())
