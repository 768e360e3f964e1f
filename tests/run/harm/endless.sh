#!/bin/bash
# expect: timeout
echo started
while :; do :; done
