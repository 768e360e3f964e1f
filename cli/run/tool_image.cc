#include "cli/run/tool_image.hh"

// FWSIM_TOOL is the path of the program, of the build.
asm(R"(
  .section .rodata
  .balign 16
fwsim_tool_begin:
  .incbin ")" FWSIM_TOOL R"("
fwsim_tool_end:
  .previous
)");
extern const char tool_begin[] asm("fwsim_tool_begin");
extern const char tool_end[] asm("fwsim_tool_end");

namespace fwsim {

std::string_view tool_image() { return {tool_begin, static_cast<std::size_t>(tool_end - tool_begin)}; }

std::string_view shell_prelude() {
  // File, line, the lines of the calls up to the script's own, which is 0, and the script. Of `bash -c '...'` the place is that
  // of the command which started it. FWSIM_SH: the script is one for sh.
  return R"(if [ -z "${BASH_EXECUTION_STRING+x}" ]; then
  trap 'FWSIM_AT="${BASH_SOURCE[0]-}:$LINENO ${BASH_LINENO[*]-} $0" FWSIM_LAST="$_"; : "$FWSIM_LAST"' DEBUG
  export FWSIM_AT=
  set -o functrace
  if [ -n "${FWSIM_SH-}" ]; then
    unset FWSIM_SH
    set -o posix
    shopt -s xpg_echo
  fi
fi
)";
}

}  // namespace fwsim
