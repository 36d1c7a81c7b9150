"""The blocking version again, with asyncio's debug mode naming the culprit."""

import asyncio
import logging
import time

notes = []


class Keep(logging.Handler):
    def emit(self, record):
        notes.append(record.getMessage())


def slow_report():
    time.sleep(0.3)
    return "report"


async def careless():
    slow_report()


logging.getLogger("asyncio").addHandler(Keep())
asyncio.run(careless(), debug=True)

slow = [note for note in notes if "careless" in note and "took" in note]
print("debug mode named the slow coroutine:", bool(slow))
