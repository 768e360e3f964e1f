// textDocument/formatting and rangeFormatting: each rule and each declaration of a chain as iptables-save prints it, where it stands:
// comments, and the order of chains, stay.
#include <fmt/format.h>

#include <algorithm>

#include "cli/lsp/request.hh"
#include "lint/rule_lines.hh"
#include "parser/parse.hh"
#include "parser/print.hh"

namespace fwsim {
namespace {

RpcFault refused(std::string text) { return {RpcCode::request_failed, std::move(text)}; }

// Rules for one family only, in a file for both, are printed without saying so.
bool names_family(std::string_view line) {
  const auto words = split(line, ' ');
  return std::any_of(words.begin(), words.end(), [](std::string_view word) { return word == "-4" || word == "-6" || word == "--ipv4" || word == "--ipv6"; });
}

RpcAnswer formatted(const LspDocument& document, std::size_t first, std::size_t last) {
  const Parsed parsed = parse_ruleset(document.text(), {.file = document.file(), .family = document.family()});
  if (has_errors(parsed.diagnostics)) return refused("the file has faults: without them it can be formatted");
  const Ruleset& ruleset = parsed.ruleset;
  const RulePrinter print = [&](const Rule& rule, const Chain& chain, const Table& table) { return print_rule(rule, chain, table, ruleset.family); };
  const RuleLines lines(ruleset, document.text(), print);
  if (!lines.plain()) return refused("the file has commands that change rules before them: fwsim fmt prints what they make of it");
  Edits edits;
  lines.write_out(edits);
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains) {
      const std::string_view line = chain.line == 0 ? std::string_view() : document.line(chain.line - 1);
      if (line.substr(0, 1) == ":" && line != print_chain(chain)) edits.insert_or_assign(chain.line, print_chain(chain) + "\n");
    }
  std::erase_if(edits, [&](const auto& edit) {
    const std::size_t line = edit.first - 1;
    return line < first || line > last || names_family(document.line(line));
  });
  return text_edits(document, edits);
}

RpcAnswer whole(const LspQuestion& question) { return formatted(question.document, 0, question.document.lines()); }

RpcAnswer part(const LspQuestion& question) {
  const TextSpan span = question.document.span(question.params.at("range"));
  return formatted(question.document, question.document.line_of(span.from), question.document.line_of(span.end));
}

}  // namespace

extern const LspRequest lsp_formatting{.method = "textDocument/formatting", .capability = "documentFormattingProvider", .answer = whole, .aside = true};
extern const LspRequest lsp_range_formatting{.method = "textDocument/rangeFormatting", .capability = "documentRangeFormattingProvider", .answer = part, .aside = true};

}  // namespace fwsim
