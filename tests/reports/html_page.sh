#!/usr/bin/env bash
# The page of `fwsim lint --format html` in a browser: its script runs without an error, its filter filters, links lead
# to rules, and what a ruleset says stays text. Without chromium this is skipped, in CI it fails.
set -euo pipefail
fwsim=${FWSIM:?path of the program}

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || :)
if [[ -z $browser ]]; then
  echo "there is no chromium (package chromium), so the page cannot be opened"
  if [[ ${CI:-} == true ]]; then exit 1; fi
  exit 77
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/rules.v4" <<'END'
*filter
:INPUT DROP [12:700]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:OLD - [0:0]
:WEB - [0:0]
[40:4000] -A INPUT -p tcp -m tcp --dport 80 -j WEB
[120:7000] -A INPUT -s 10.0.0.0/8 -m comment --comment "</script><b>bold & <!--" -j ACCEPT
[0:0] -A INPUT -s 10.1.0.0/16 -j DROP
[0:0] -A OLD -j DROP
[40:4000] -A WEB -j ACCEPT
COMMIT
END
printf '%s\n' '*filter' ':INPUT DROP [0:0]' ':FORWARD DROP [0:0]' ':OUTPUT ACCEPT [0:0]' '-A INPUT -s 2001:db8::/32 -j ACCEPT' COMMIT > "$folder/rules.v6"
"$fwsim" lint --only shadowed,unreferenced-chain --format html --output "$folder/page.html" "$folder/rules.v4" "$folder/rules.v6" || [[ $? == 1 ]]

# dom PAGE#FRAGMENT: what the browser has made of it; what it says of it is in $folder/log.
dom() {
  timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-extensions \
    --disable-background-networking --user-data-dir="$folder/profile" \
    --enable-logging=stderr --v=0 --virtual-time-budget=2000 --dump-dom "file://$folder/$1" > "$folder/dom" 2> "$folder/log"
  sed '/<script/,$d' "$folder/dom" > "$folder/shown"   # a file: grep -q leaves a pipe early, which pipefail takes for a miss
}

failed=0
fail() {
  echo "$1"
  failed=1
}
# has WHAT TEXT, has_not WHAT TEXT: of the page without its script and data
has() { grep -qF -- "$2" "$folder/shown" || fail "$1: the page has no '$2'"; }
has_not() { ! grep -qF -- "$2" "$folder/shown" || fail "$1: the page has '$2'"; }
quiet() {
  if grep CONSOLE "$folder/log"; then fail "$1: the browser's console has messages"; fi
}

dom 'page.html#q=10.1.0.0+drop&rule=0.0.2'
quiet "filtered"
has "filtered" '1 of 2 findings'
has "filtered" 'id="finding-1"'
has_not "filtered" 'id="finding-0"'
has "a rule" '<div class="row target" id="rule-0.0.2">'
has "rules" '&lt;/script&gt;&lt;b&gt;bold &amp; &lt;!--'
has_not "rules" '<b>bold'
has "hits" '120 packets, 7'
has "call graph" 'call graph of table filter'
has "call graph" 'INPUT calls WEB'
has "the way" '3 rules, DROP'

dom 'page.html#packet=2&step=1'
quiet "a packet's way"
has "services" 'To this host'
has "services" '>INPUT/2</a>'
has "services" 'nothing: no new connection passes'
has "a packet's way" 'step 2 of 2'
has "a packet's way" '<div class="row step" id="step-0">'
has "a packet's way" '<div class="row step here" id="step-1">'
has "a packet's way" 'class="stage here" id="stage-INPUT-filter"'
has "a packet's way" 'delivered by filter/WEB/1'
dom 'page.html#packet=0'
has "a packet's way" 'rule 1 does not match'

dom 'page.html#f=1&rule=0.0.0'
quiet "the second ruleset"
has "the second ruleset" '0 of 0 findings'
has "the second ruleset" '-A INPUT -s 2001:db8::/32 -j ACCEPT'
has "the second ruleset" '<div class="row target" id="rule-0.0.0">'
has_not "the second ruleset" '10.1.0.0/16'

# An error would be seen: this test can fail.
sed 's/^start();$/start(); nothing.here();/' "$folder/page.html" > "$folder/broken.html"
dom broken.html
has "all findings" '2 of 2 findings'
has "all findings" 'id="finding-0"'
has "all findings" 'id="finding-1"'
grep -q 'CONSOLE.*nothing is not defined' "$folder/log" || fail "an error of the script is not noticed"

# It asks nobody for anything.
if grep -oE '(src|href)="?(https?:|//)[^" >]*|url\([^#)][^)]*\)|@import' "$folder/page.html"; then fail "the page loads something"; fi
exit "$failed"
