// fwsim lsp: a language server for editors.
#include <unistd.h>

#include "cli/commands.hh"
#include "cli/lsp/server.hh"

namespace fwsim {

int run_lsp(const LspArgs& args) { return LspServer(args, STDOUT_FILENO).run(STDIN_FILENO); }

}  // namespace fwsim
