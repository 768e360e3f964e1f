"""Counts packets of this process which netfilter dropped, by the tracepoint skb:kfree_skb.

It tells a fragment that waits for others from one that defragmentation refused:
neither meets a rule."""
import ctypes
import os
import re
import struct

from .namespace import LIBC, read

TRACING = "/sys/kernel/tracing"
PERF_EVENT_OPEN, PERF_TYPE_TRACEPOINT, ATTR_SIZE = 298, 2, 112
SET_FILTER = 0x40082406
FD_CLOEXEC = 8


def open_counter():
    if not os.path.isdir(TRACING + "/events"):
        LIBC.mount(b"tracefs", TRACING.encode(), b"tracefs", 0, None)
    event = TRACING + "/events/skb/kfree_skb/"
    reason = re.search(r'\{ (\w+), "NETFILTER_DROP" \}', read(event + "format")).group(1)
    attributes = struct.pack("=IIQ", PERF_TYPE_TRACEPOINT, ATTR_SIZE, int(read(event + "id"))).ljust(ATTR_SIZE, b"\0")
    file = LIBC.syscall(PERF_EVENT_OPEN, attributes, 0, -1, -1, FD_CLOEXEC)
    if file < 0:
        raise OSError(ctypes.get_errno(), "perf_event_open")
    condition = ctypes.create_string_buffer(("reason == %d" % int(reason, 0)).encode())
    if LIBC.ioctl(file, ctypes.c_ulong(SET_FILTER), condition):
        os.close(file)
        raise OSError(ctypes.get_errno(), "PERF_EVENT_IOC_SET_FILTER")
    return file


class Drops:
    """Counts nothing where the kernel does not let us look."""

    def __init__(self):
        try:
            self.file = open_counter()
        except (OSError, AttributeError):
            self.file = None

    def count(self):
        return struct.unpack("=Q", os.read(self.file, 8))[0] if self.file is not None else 0
