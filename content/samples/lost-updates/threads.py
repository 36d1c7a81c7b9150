"""Ten threads each add one to a balance, and all read it before any writes.

The barrier stands in for bad luck: it makes every run meet the worst order.
"""

from threading import Barrier, Thread

CLERKS = 10
balance = 0
everyone_has_read = Barrier(CLERKS, timeout=5)


def pay_in():
    global balance
    seen = balance
    everyone_has_read.wait()
    balance = seen + 1


clerks = [Thread(target=pay_in) for _ in range(CLERKS)]
for clerk in clerks:
    clerk.start()
for clerk in clerks:
    clerk.join()
print("paid in:", CLERKS, "balance:", balance)
