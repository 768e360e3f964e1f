#!/bin/bash
# expect: timeout
# Hears no signal that can be refused, in a session of its own.
trap '' TERM INT HUP QUIT PIPE ALRM USR1 USR2
echo started
setsid sh -c "trap '' TERM INT HUP QUIT PIPE ALRM; while :; do :; done" &
while :; do :; done
