"""The same connection with SQLite's guard switched off and a lock in its place."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

connection = sqlite3.connect(":memory:", check_same_thread=False)
connection.execute("CREATE TABLE parts (name TEXT, stock INTEGER)")
connection.executemany("INSERT INTO parts VALUES (?, ?)", [(f"part {n}", n) for n in range(4)])
lock = Lock()
inside = most = 0


def stock(name):
    global inside, most
    with lock:
        inside += 1
        most = max(most, inside)
        row = connection.execute("SELECT stock FROM parts WHERE name = ?", [name]).fetchone()
        inside -= 1
    return row[0]


names = [f"part {n}" for n in range(4)]
with ThreadPoolExecutor(4) as pool:
    answers = list(pool.map(stock, names))
print("answers:", answers)
print("most queries under way at once:", most)
