// Every request that is answered about a document.
#include "cli/lsp/request.hh"

namespace fwsim {

extern const LspRequest lsp_hover, lsp_definition, lsp_references, lsp_symbols, lsp_prepare_rename, lsp_rename, lsp_completion, lsp_actions,
    lsp_formatting, lsp_range_formatting;

std::span<const LspRequest* const> lsp_requests() {
  static constexpr const LspRequest* list[] = {&lsp_hover, &lsp_definition, &lsp_references, &lsp_symbols, &lsp_prepare_rename,
                                               &lsp_rename, &lsp_completion, &lsp_actions, &lsp_formatting, &lsp_range_formatting};
  return list;
}

}  // namespace fwsim
