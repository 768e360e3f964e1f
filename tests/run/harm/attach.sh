#!/bin/bash
# expect: any
# Attaches to every process that can be seen, and writes into its memory.
echo started
exec /usr/bin/python3 - <<'PYTHON'
import ctypes
import os
libc = ctypes.CDLL(None, use_errno=True)
for pid in [int(p) for p in os.listdir("/proc") if p.isdigit()] + list(range(1, 300)):
    if pid == os.getpid():
        continue
    libc.ptrace(0x4206, pid, None, None)      # PTRACE_SEIZE
    libc.ptrace(0x4207, pid, None, None)      # PTRACE_INTERRUPT
    try:
        with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "r+b", buffering=0) as memory:
            for line in maps:
                if " rw-p " in line:
                    memory.seek(int(line.split("-")[0], 16))
                    memory.write(b"\xff" * 4096)
    except (OSError, ValueError, OverflowError):
        pass
PYTHON
