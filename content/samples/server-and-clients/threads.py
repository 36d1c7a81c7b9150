"""A server with a thread for each client, and many clients who stay connected."""

import socket
import sys
import threading
import time
from socketserver import StreamRequestHandler, ThreadingTCPServer


class Serve(StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            time.sleep(0.02)  # stands in for a query
            self.wfile.write(line.upper())


class Server(ThreadingTCPServer):
    request_queue_size = 512
    daemon_threads = True


def start():
    server = Server(("127.0.0.1", 0), Serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address


clients = int(sys.argv[1]) if sys.argv[1:] else 50
address = start()
sockets = [socket.create_connection(address, timeout=5) for _ in range(clients)]
for number, client in enumerate(sockets):
    client.sendall(f"hello from {number}\n".encode())
replies = [client.recv(100).decode() for client in sockets]
print("right replies:", all(r == f"HELLO FROM {n}\n" for n, r in enumerate(replies)))
print("a thread for each client:", threading.active_count() > clients)
for client in sockets:
    client.close()
