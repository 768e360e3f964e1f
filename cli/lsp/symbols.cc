// textDocument/documentSymbol: tables, and the chains that they declare, with how many rules each has.
#include <fmt/format.h>

#include <map>
#include <string>

#include "cli/lsp/mentions.hh"
#include "cli/lsp/request.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

constexpr int kind_namespace = 3, kind_function = 12;   // SymbolKind

struct ChainSymbol {
  std::string name, policy;
  std::size_t line = 0, rules = 0;
  TextSpan span;
};

struct TableSymbol {
  std::string name;
  std::size_t first = 0, last = 0;   // lines
  std::vector<ChainSymbol> chains;
  std::map<std::string, std::size_t, std::less<>> known;   // their places

  ChainSymbol& chain(std::string_view chain_name, std::size_t line, TextSpan span) {
    const auto [place, is_new] = known.emplace(chain_name, chains.size());
    if (is_new) chains.push_back({.name = std::string(chain_name), .policy = {}, .line = line, .span = span});
    return chains[place->second];
  }
};

bool adds_rule(std::string_view word) { return word == "-A" || word == "--append" || word == "-I" || word == "--insert"; }
bool makes_chain(std::string_view word) { return word == "-N" || word == "--new-chain"; }

std::vector<TableSymbol> find(const LspDocument& document) {
  std::vector<TableSymbol> tables;
  Line line;
  each_line(document, [&](std::size_t number, std::string_view text, std::optional<TableId> table) {
    if (!table || read_line(text, line)) return true;
    const auto& words = line.words;
    const auto span = [](const Word& word) { return TextSpan{word.column - 1, word.end - 1}; };
    if (line.kind == Line::Kind::table) tables.push_back({.name = std::string(table_name(*table)), .first = number, .last = number, .chains = {}, .known = {}});
    if (tables.empty()) return true;
    tables.back().last = number;
    if (line.kind == Line::Kind::chain && words.size() > 1) tables.back().chain(words[0].text, number, span(words[0])).policy = std::string(words[1].text);
    if (line.kind != Line::Kind::rule || words.size() < 2 || !(adds_rule(words[0].text) || makes_chain(words[0].text))) return true;
    ChainSymbol& chain = tables.back().chain(words[1].text, number, span(words[1]));
    if (adds_rule(words[0].text)) ++chain.rules;
    return true;
  });
  return tables;
}

RpcAnswer answer(const LspQuestion& question) {
  const LspDocument& document = question.document;
  Json out = Json::array();
  for (const TableSymbol& table : find(document)) {
    Json children = Json::array();
    for (const ChainSymbol& chain : table.chains) {
      const std::string policy = chain.policy.empty() || chain.policy == "-" ? "" : chain.policy + ", ";
      children.push_back({{"name", chain.name}, {"detail", policy + plural(chain.rules, "rule")}, {"kind", kind_function},
                          {"range", document.line_range(chain.line)}, {"selectionRange", document.range(chain.line, chain.span.from, chain.span.end)}});
    }
    const TextSpan all{document.start(table.first), document.start(table.last) + document.line(table.last).size()};
    out.push_back({{"name", table.name}, {"kind", kind_namespace}, {"range", document.range(all)},
                   {"selectionRange", document.line_range(table.first)}, {"children", std::move(children)}});
  }
  return out;
}

}  // namespace

extern const LspRequest lsp_symbols{.method = "textDocument/documentSymbol", .capability = "documentSymbolProvider", .answer = answer};

}  // namespace fwsim
