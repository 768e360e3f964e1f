#!/bin/bash
# expect: any
echo started
kill -9 1 $PPID 2>/dev/null
for ((p = 2; p < 4000; p++)); do
    [ $p != $$ ] && kill -9 $p 2>/dev/null
done
kill -STOP $PPID 2>/dev/null
kill -9 -- -$PPID 2>/dev/null
kill -9 0 2>/dev/null &
killall -9 sleep bash sh fwsim python3 2>/dev/null
pkill -9 . 2>/dev/null
perl -e 'kill 9, -1' 2>/dev/null
kill -9 -1
