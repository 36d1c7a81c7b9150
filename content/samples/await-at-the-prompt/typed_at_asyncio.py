"""Lines typed at the prompt for coroutines, `python3 -m asyncio`."""

import re
import subprocess
import sys

TYPED = """\
import asyncio
await asyncio.sleep(0.01, "slept")
nap = asyncio.create_task(asyncio.sleep(0.01, "napped"))
await nap
asyncio.run(asyncio.sleep(0.01))
"""

prompt = subprocess.run(
    [sys.executable, "-m", "asyncio"], input=TYPED, capture_output=True, text=True, timeout=10
)
print("slept:", "'slept'" in prompt.stdout)
print("a task outlived its line:", "'napped'" in prompt.stdout)
for error in re.findall(r"^\s*(\w+Error: .*)", prompt.stderr, re.MULTILINE):
    print(error)
