// textDocument/definition of a chain: its declaration; where there is none, its first rule.
#include <algorithm>

#include "cli/lsp/mentions.hh"
#include "cli/lsp/request.hh"

namespace fwsim {
namespace {

RpcAnswer answer(const LspQuestion& question) {
  const auto asked = mention_at(question.document, asked_position(question));
  if (!asked) return Json();
  const auto all = mentions_of(question.document, asked->table, asked->mention.name);
  for (const auto how : {ChainMention::How::declared, ChainMention::How::of_rule}) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const PlacedMention& m) { return m.mention.how == how; });
    if (found != all.end()) return location_of(question.document, *found);
  }
  return Json();
}

}  // namespace

extern const LspRequest lsp_definition{.method = "textDocument/definition", .capability = "definitionProvider", .answer = answer};

}  // namespace fwsim
