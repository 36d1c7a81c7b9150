"""A server on one event loop, and many clients who stay connected."""

import asyncio
import socket
import sys
import threading


async def serve(reader, writer):
    while line := await reader.readline():
        await asyncio.sleep(0.02)  # stands in for a query
        writer.write(line.upper())
        await writer.drain()
    writer.close()


def start():
    found = []
    ready = threading.Event()

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
        found.append(server.sockets[0].getsockname())
        ready.set()
        await server.serve_forever()

    threading.Thread(target=asyncio.run, args=[main()], daemon=True).start()
    ready.wait(timeout=5)
    return found[0]


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
