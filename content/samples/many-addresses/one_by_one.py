"""Pages from a slow local server, one after another."""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

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


def fetch(address):
    with urlopen(address, timeout=5) as reply:
        return reply.read().decode()


server = Server(("127.0.0.1", 0), SlowPage)
threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"

pages = [fetch(f"{base}/{number}") for number in range(PAGES)]

server.shutdown()
print("every page came, in order:", pages == [f"page /{n}" for n in range(PAGES)])
