"""Whether two recordings of one scenario agree: what the kernel leaves to chance cannot be compared with."""
import re

TOLERANCE = 2                           # seconds between the timeouts of two recordings
RANDOM = re.compile(r"\bID=\d+|timeout \d+")


def same(one, other, key=""):
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k], k) for k in one
            if k not in ("volatile", "packet", "at"))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b, key) for a, b in zip(one, other))
    if key == "timeout":
        return abs(one - other) <= TOLERANCE
    if isinstance(one, str) and isinstance(other, str):
        return RANDOM.sub("", one) == RANDOM.sub("", other)
    return one == other
