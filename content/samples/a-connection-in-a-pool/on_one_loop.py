"""The same connection shared by four coroutines, with no lock and no copy."""

import asyncio
import sqlite3

connection = sqlite3.connect(":memory:")
connection.execute("CREATE TABLE parts (name TEXT, stock INTEGER)")
connection.executemany("INSERT INTO parts VALUES (?, ?)", [(f"part {n}", n) for n in range(4)])


async def stock(name):
    await asyncio.sleep(0)  # let the others in before the query
    row = connection.execute("SELECT stock FROM parts WHERE name = ?", [name]).fetchone()
    return row[0]


async def main():
    names = [f"part {n}" for n in range(4)]
    print("on the loop:", await asyncio.gather(*map(stock, names)))
    try:
        await asyncio.to_thread(connection.execute, "SELECT 1")
    except sqlite3.ProgrammingError as error:
        print("from a worker thread:", type(error).__name__)


asyncio.run(main())
