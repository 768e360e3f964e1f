#!/bin/bash
# expect: any
echo started
while :; do echo "not a rule, again and again and again and again and again and again and again and again"; done >&2
