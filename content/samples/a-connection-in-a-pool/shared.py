"""One SQLite connection, used from the four threads of a pool."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

connection = sqlite3.connect(":memory:")
connection.execute("CREATE TABLE parts (name TEXT, stock INTEGER)")
connection.executemany("INSERT INTO parts VALUES (?, ?)", [(f"part {n}", n) for n in range(4)])


def stock(name):
    row = connection.execute("SELECT stock FROM parts WHERE name = ?", [name]).fetchone()
    return row[0]


def ask(name):
    try:
        return stock(name)
    except sqlite3.ProgrammingError as error:
        return type(error).__name__


names = [f"part {n}" for n in range(4)]
print("answers in a plain loop:", [ask(name) for name in names])
with ThreadPoolExecutor(4) as pool:
    answers = list(pool.map(ask, names))
print("answers in the pool:", sorted(set(answers)))
