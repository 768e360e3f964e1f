// textDocument/definition of a chain: its declaration; where there is none, its first rule.
#include "cli/lsp/mentions.hh"
#include "cli/lsp/request.hh"

namespace fwsim {
namespace {

RpcAnswer answer(const LspQuestion& question) {
  const auto asked = mention_at(question.document, asked_position(question));
  if (!asked) return Json();
  std::optional<PlacedMention> best;
  each_mention(question.document, asked->table, asked->mention.name, [&](PlacedMention&& mention) {
    const auto how = mention.mention.how;
    if (how == ChainMention::How::declared || (how == ChainMention::How::of_rule && !best)) best = std::move(mention);
    return how != ChainMention::How::declared;
  });
  return best ? location_of(question.document, *best) : Json();
}

}  // namespace

extern const LspRequest lsp_definition{.method = "textDocument/definition", .capability = "definitionProvider", .answer = answer};

}  // namespace fwsim
