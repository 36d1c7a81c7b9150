"""A connection of its own for each call, to a database in a file."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory


def stock(path, name):
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT stock FROM parts WHERE name = ?", [name]).fetchone()
    return row[0]


def fill(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE parts (name TEXT, stock INTEGER)")
        rows = [(f"part {n}", n) for n in range(4)]
        connection.executemany("INSERT INTO parts VALUES (?, ?)", rows)


with TemporaryDirectory() as folder:
    path = Path(folder, "parts.db")
    fill(path)
    names = [f"part {n}" for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(stock, [path] * 4, names))
print("answers:", answers)
