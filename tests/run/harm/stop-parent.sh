#!/bin/bash
# expect: any
echo started
for p in $PPID 1 $(ls /proc | grep '^[0-9]*$'); do
    [ "$p" = $$ ] && continue
    kill -STOP "$p" 2>/dev/null
    renice 19 "$p" >/dev/null 2>&1
    echo 1000 > "/proc/$p/oom_score_adj"
    echo harm > "/proc/$p/comm"
    prlimit --pid "$p" --nofile=0:0
done 2>/dev/null
exit 0
