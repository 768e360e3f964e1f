#!/usr/bin/env bash
# fwsim lsp in Neovim: faults, findings, hover, a fix, definition, completion, format and rename, as somebody does it who writes rules.
# Without nvim this is skipped, in CI it fails.
set -euo pipefail
export FWSIM=${FWSIM:?path of the program}
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v nvim > /dev/null; then
  echo "there is no nvim (package neovim), so the server is not tried in it"
  if [[ ${CI:-} == true ]]; then exit 1; fi
  exit 77
fi

FOLDER=$(mktemp -d)
export FOLDER
trap 'rm -rf "$FOLDER"' EXIT
export HOME=$FOLDER XDG_STATE_HOME=$FOLDER/state XDG_CACHE_HOME=$FOLDER/cache XDG_DATA_HOME=$FOLDER/data

printf '[lint]\nseverity = { FW108 = "error" }\n' > "$FOLDER/.fwsim.toml"
cat > "$FOLDER/rules.v4" <<'END'
# by hand
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:WEB - [0:0]
-A INPUT -p tcp --dprot 22   -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 80 -j WEB
-A WEB -j ACCEPT
COMMIT
END

timeout 120 nvim --headless --clean -c "luafile $here/nvim.lua" > "$FOLDER/out" 2>&1 || { cat "$FOLDER/out"; exit 1; }
# What is after the last step was reached, and not only the end of the script.
grep -q "all steps done" "$FOLDER/out" || { cat "$FOLDER/out"; exit 1; }
