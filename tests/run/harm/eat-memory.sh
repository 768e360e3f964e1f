#!/bin/bash
# expect: any
echo started
exec /usr/bin/python3 - <<'PYTHON'
held = []
while True:
    held.append(bytearray(b"x" * (64 << 20)))
PYTHON
