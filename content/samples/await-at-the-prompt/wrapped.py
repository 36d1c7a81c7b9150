"""The ordinary prompt, with `asyncio.run` around whatever is awaited."""

import re
import subprocess
import sys

TYPED = """\
import asyncio
asyncio.run(asyncio.sleep(0.01, "slept"))
async def begin(): return asyncio.create_task(asyncio.sleep(0.01, "napped"))

nap = asyncio.run(begin())
print("cancelled" if nap.cancelled() else nap.result())
"""

prompt = subprocess.run(
    [sys.executable, "-i", "-q"], input=TYPED, capture_output=True, text=True, timeout=10
)
print("slept:", "'slept'" in prompt.stdout)
print("a task outlived its line:", "cancelled" not in prompt.stdout)
for error in re.findall(r"^\s*(\w+Error: .*)", prompt.stderr, re.MULTILINE):
    print(error)
