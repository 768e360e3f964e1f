# Sums up a ctest run: awk -f summary.awk LastTest.log CONSOLE_OUTPUT
# A doctest program counts with its test cases, any other test as one. Only the console says whether
# a test ran at all: LastTest.log calls skipped and missing tests passed.

FNR == NR {
  if ($0 ~ /^[0-9]+\/[0-9]+ Test: /) name = $3
  if ($0 ~ /^\[doctest\] test cases:/) {
    line = $0
    gsub(/[^0-9|]/, "", line)
    split(line, count, "|")
    cases_passed[name] = count[2]
    cases_failed[name] = count[3]
    cases_skipped[name] = count[4]
  }
  next
}

$2 == "Test" && $3 ~ /^#[0-9]+:$/ {
  name = $4
  if (/\*\*\*Skipped/) { skipped++; next }
  good = / Passed /
  if (name in cases_passed) {
    passed += cases_passed[name]
    failed += cases_failed[name]
    skipped += cases_skipped[name]
    if (!good && cases_failed[name] == 0) failed++   # all cases passed, then it crashed or leaked
  } else if (good) {
    passed++
  } else {
    failed++
  }
}

END {
  printf "%d passed, %d failed", passed, failed
  if (skipped) printf ", %d skipped", skipped
  print ""
  exit failed > 0 || passed == 0
}
