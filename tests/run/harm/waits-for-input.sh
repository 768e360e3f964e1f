#!/bin/bash
# expect: any
echo started
read -r answer
cat > /dev/null
