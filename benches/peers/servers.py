"""From the write of a file to its page over HTTP, in the development servers."""

import http.client
import json
import socket
import subprocess
import time

from processes import note

# How often the page is asked for.
POLL_S = 0.002
READY_S = 600
EDIT_S = 120
# Between two edits, so that each finds the server at rest.
PAUSE_S = 0.3


class Server:
    """A server on this machine, which ends with the `with` that it is in."""

    def __init__(self, name, site, essays, command, port):
        self.name, self.site, self.essays, self.command, self.port = name, site, essays, command, port
        self.connection = None

    def __enter__(self):
        self.process = subprocess.Popen(
            list(map(str, self.command)), cwd=self.site, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if self.port is None else subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self.port is None:
            # The first line says where it listens.
            self.port = int(json.loads(self.process.stdout.readline())["url"].rsplit(":", 1)[1].strip("/"))
        self.until(lambda: self.get(self.essays[0]) is not None, READY_S, "serve its first page")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, essay):
        """The page, or `None` while there is none."""
        try:
            self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=EDIT_S)
            self.connection.request("GET", f"/essays/{essay.stem}/")
            answer = self.connection.getresponse()
            body = answer.read()
            return body if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            self.connection = None
            return None

    def until(self, done, seconds, what):
        start = time.perf_counter()
        while not done():
            if self.process.poll() is not None or time.perf_counter() - start > seconds:
                raise SystemExit(f"{self.name} did not {what}")
            time.sleep(POLL_S)
        return time.perf_counter() - start

    def edit(self, number):
        """Writes an essay at once, and waits for its page."""
        # Far from one another.
        essay = self.essays[(number * 7919 + 13) % len(self.essays)]
        word = f"served{number}x"
        with essay.open("ab") as file:
            file.write(f"\n{word}.\n".encode())
        return self.until(lambda: word.encode() in (self.get(essay) or b""), EDIT_S, f"show edit {number}")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def edits_to_pages(sites, casebook, hugo, edits):
    """The latencies of each server, in seconds; they take turns."""
    if edits == 0:
        return {}
    ours, peer = sites
    port = free_port()
    serve = [casebook, "serve", "--port", "0", "--format", "json"]
    hugo_serve = [hugo, "server", "--bind", "127.0.0.1", "--port", port]
    with Server(ours.name, ours.site, ours.essays, serve, None) as first, \
            Server(peer.name, peer.site, peer.essays, hugo_serve, port) as second:
        taken = {server.name: [] for server in (first, second)}
        # The first edit warms up, and does not count.
        for number in range(edits + 1):
            for server in (first, second):
                took = server.edit(number)
                time.sleep(max(PAUSE_S, took))
                if number > 0:
                    taken[server.name].append(took)
    for name, times in taken.items():
        note(f"  {len(times)} edits in the server of {name}: {sum(times) / len(times) * 1000:.0f} ms on average")
    return taken
