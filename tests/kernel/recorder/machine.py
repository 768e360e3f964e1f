"""Settings of the whole machine which recordings want, restored behind them."""
import contextlib

ALL_NAMESPACES = "/proc/sys/net/netfilter/nf_log_all_netns"
# A dump walks all buckets: with the usual 262144 one takes 10 ms.
BUCKETS = "/sys/module/nf_conntrack/parameters/hashsize"
WANTED = {ALL_NAMESPACES: "1", BUCKETS: "4096"}


def write(path, value):
    with open(path, "w") as file:
        file.write(value)


@contextlib.contextmanager
def prepared():
    before = {}
    for path, value in WANTED.items():
        with open(path) as file:
            before[path] = file.read().strip()
        write(path, value)
    try:
        yield
    finally:
        for path, value in before.items():
            write(path, value)
