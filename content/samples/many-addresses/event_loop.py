"""Pages from a slow local server, on one event loop.

The standard library has no HTTP client for asyncio, so this file brings
a small one. `fetch_all` is an ordinary function: its caller awaits nothing.
"""

import asyncio
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGES = int(sys.argv[1]) if sys.argv[1:] else 20


class SlowPage(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.05)
        body = f"page {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


async def fetch(port, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        await writer.drain()
        reply = await asyncio.wait_for(reader.read(), timeout=5)
    finally:
        writer.close()
        await writer.wait_closed()
    head, _, body = reply.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise OSError(f"unexpected reply for {path}")
    return body.decode()


def fetch_all(port, paths):
    async def together():
        return await asyncio.gather(*[fetch(port, path) for path in paths])

    return asyncio.run(together())


server = Server(("127.0.0.1", 0), SlowPage)
threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()

pages = fetch_all(server.server_port, [f"/{number}" for number in range(PAGES)])

server.shutdown()
print("every page came, in order:", pages == [f"page /{n}" for n in range(PAGES)])
