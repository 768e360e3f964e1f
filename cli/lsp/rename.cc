// textDocument/rename of a chain, and whether it can be renamed.
#include <fmt/format.h>

#include "cli/lsp/mentions.hh"
#include "cli/lsp/request.hh"
#include "model/hooks.hh"
#include "parser/table_builder.hh"

namespace fwsim {
namespace {

RpcFault refused(std::string text) { return {RpcCode::request_failed, std::move(text)}; }

RpcAnswer prepare(const LspQuestion& question) {
  const auto asked = mention_at(question.document, asked_position(question));
  if (!asked || find_hook(asked->mention.name)) return Json();
  return Json{{"range", question.document.range(asked->line, asked->mention.span.from, asked->mention.span.end)}, {"placeholder", asked->mention.name}};
}

RpcAnswer rename(const LspQuestion& question) {
  const LspDocument& document = question.document;
  const std::string name = question.params.at("newName");
  const auto asked = mention_at(document, asked_position(question));
  if (!asked) return refused("here is no name of a chain");
  if (find_hook(asked->mention.name)) return refused("built-in chains keep their names");
  if (const std::string fault = chain_name_fault(name); !fault.empty()) return refused(fault);
  if (find_hook(name) || (name != asked->mention.name && !mentions_of(document, asked->table, name).empty()))
    return refused(fmt::format("table {} has a chain {} already", table_name(asked->table), name));
  Json edits = Json::array();
  for (const PlacedMention& m : mentions_of(document, asked->table, asked->mention.name))
    edits.push_back({{"range", document.range(m.line, m.mention.span.from, m.mention.span.end)}, {"newText", name}});
  return Json{{"changes", {{document.uri(), std::move(edits)}}}};
}

Json options() { return {{"prepareProvider", true}}; }

}  // namespace

extern const LspRequest lsp_prepare_rename{.method = "textDocument/prepareRename", .capability = "", .answer = prepare};
extern const LspRequest lsp_rename{.method = "textDocument/rename", .capability = "renameProvider", .answer = rename, .aside = true, .options = options};

}  // namespace fwsim
