"""Lines typed at the ordinary prompt, `python3`."""

import re
import subprocess
import sys

TYPED = """\
import asyncio
await asyncio.sleep(0.01, "slept")
nap = asyncio.create_task(asyncio.sleep(0.01, "napped"))
"""

prompt = subprocess.run(
    [sys.executable, "-i", "-q"], input=TYPED, capture_output=True, text=True, timeout=10
)
print("slept:", "'slept'" in prompt.stdout)
print("a task outlived its line:", "'napped'" in prompt.stdout)
for error in re.findall(r"^\s*(\w+Error: .*)", prompt.stderr, re.MULTILINE):
    print(error)
