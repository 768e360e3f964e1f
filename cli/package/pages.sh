#!/bin/sh
# pages.sh FWSIM DIR: what the program says of itself, as it is installed: pages for man, completions, the list of changes.
set -eu
fwsim=$1 dir=$2
rm -rf "$dir"
mkdir -p "$dir/bash-completion/completions" "$dir/zsh/vendor-completions" "$dir/fish/vendor_completions.d"
"$fwsim" docs --man "$dir/man"
"$fwsim" completion bash > "$dir/bash-completion/completions/fwsim"
"$fwsim" completion zsh > "$dir/zsh/vendor-completions/_fwsim"
"$fwsim" completion fish > "$dir/fish/vendor_completions.d/fwsim.fish"
gzip -9n "$dir"/man/man*/*
gzip -9nc "$(dirname "$0")/changelog" > "$dir/changelog.gz"
touch "$dir/made"
