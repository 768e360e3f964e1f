#!/bin/bash
# expect: any
echo started
bomb() { bomb | bomb & }
bomb
wait
