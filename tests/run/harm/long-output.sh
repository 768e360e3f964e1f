#!/bin/bash
# expect: any
echo started
head -c 1073741824 /dev/zero | tr '\0' 'x'
