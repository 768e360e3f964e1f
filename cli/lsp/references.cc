// textDocument/references of a chain: who jumps to it, its rules, and if asked for its declaration.
#include "cli/lsp/mentions.hh"
#include "cli/lsp/request.hh"

namespace fwsim {
namespace {

RpcAnswer answer(const LspQuestion& question) {
  const bool declaration = question.params.value("/context/includeDeclaration"_json_pointer, true);
  Json out = Json::array();
  if (const auto asked = mention_at(question.document, asked_position(question)))
    for (const PlacedMention& m : mentions_of(question.document, asked->table, asked->mention.name))
      if (declaration || m.mention.how != ChainMention::How::declared) out.push_back(location_of(question.document, m));
  return out;
}

}  // namespace

extern const LspRequest lsp_references{.method = "textDocument/references", .capability = "referencesProvider", .answer = answer, .aside = true};

}  // namespace fwsim
