"""Ten threads add one to a balance, and hold a lock from reading to writing."""

import time
from threading import Lock, Thread

CLERKS = 10
balance = 0
one_at_a_time = Lock()


def pay_in():
    global balance
    with one_at_a_time:
        seen = balance
        time.sleep(0.001)  # time enough for another to read, were there no lock
        balance = seen + 1


clerks = [Thread(target=pay_in) for _ in range(CLERKS)]
for clerk in clerks:
    clerk.start()
for clerk in clerks:
    clerk.join()
print("paid in:", CLERKS, "balance:", balance)
