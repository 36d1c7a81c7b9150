"""From the write of a file to its page over HTTP, in the development servers."""

import http.client
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

    def __init__(self, program, command):
        self.program, self.connection = program, None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.command = [str(word) for word in [*command, "--port", self.port]]

    def __enter__(self):
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen(self.command, cwd=self.program.site, stdin=nothing, stdout=nothing, stderr=nothing)
        try:
            self.until(lambda: self.get(self.program.essays[0]) is not None, READY_S, "serve its first page")
        except BaseException:
            self.__exit__()
            raise
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
                raise SystemExit(f"the server of {self.program.name} did not {what}")
            time.sleep(POLL_S)
        return time.perf_counter() - start

    def edit(self, number):
        """Writes an essay at once, and waits for its page."""
        # Far from one another.
        essays = self.program.essays
        essay = essays[(number * 7919 + 13) % len(essays)]
        word = f"served{number}x"
        with essay.open("ab") as file:
            file.write(f"\n{word}.\n".encode())
        return self.until(lambda: word.encode() in (self.get(essay) or b""), EDIT_S, f"show edit {number}")


def edits_to_pages(ours, hugo, edits):
    """The latencies of two programs and the commands of their servers, in seconds; they take turns."""
    if edits == 0:
        return {}
    with Server(*ours) as first, Server(*hugo) as second:
        taken = {server.program.name: [] for server in (first, second)}
        # The first edit warms up, and does not count.
        for number in range(edits + 1):
            for server in (first, second):
                took = server.edit(number)
                time.sleep(max(PAUSE_S, took))
                if number > 0:
                    taken[server.program.name].append(took)
    for name, times in taken.items():
        note(f"  {len(times)} edits in the server of {name}: {sum(times) / len(times) * 1000:.0f} ms on average")
    return taken
