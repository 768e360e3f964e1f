// textDocument/hover: what the word under the cursor means, and what the rule does, which packets come to it, what it has counted. What
// needs no proof is said in any case.
#include <fmt/format.h>

#include "cli/lsp/mentions.hh"
#include "cli/lsp/request.hh"
#include "cli/lsp/word_help.hh"
#include "lint/facts.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "reports/explain_rules.hh"
#include "reports/lint_words.hh"
#include "reports/plain/rule_words.hh"

namespace fwsim {
namespace {

std::string source(const Rule& rule, const Chain& chain, const Table& table, Family family) { return print_rule(rule, chain, table, family); }

std::string counted(const Counters& counters) { return fmt::format("counted: {}, {}", plural(counters.packets, "packet"), plural(counters.bytes, "byte")); }

class Hover {
 public:
  explicit Hover(const LspQuestion& question)
      : question_(question), document_(question.document), at_(asked_position(question)),
        byte_(document_.offset(at_) - document_.start(at_.line)), text_(document_.line(at_.line)), table_(document_.table_at(at_.line)), mention_(mention_at(document_, at_)) {}

  Json made() {
    if (!table_) return nullptr;
    Markup word(question_.client.markdown);
    add_word(word);
    parsed_ = parse_ruleset(document_.text(), {.file = document_.file(), .family = document_.family()});
    find_rules();
    say_meanwhile(word);
    if (has_errors(parsed_.diagnostics) || (rules_.empty() && !chain())) {
      Markup out = word;
      add_rules(out, nullptr, has_errors(parsed_.diagnostics) ? "which packets come to it is told when the file has no faults" : "");
      return result(out);
    }
    const Facts facts(parsed_.ruleset, nullptr);
    Markup out = word;
    if (const auto c = chain()) out.paragraph(fmt::format("{}/{}: {}", table_name(*table_), mention_->mention.name, chain_words(facts, *table_, *c)));
    add_rules(out, &facts, {});
    return result(out);
  }

 private:
  void say_meanwhile(const Markup& word) {
    Markup out = word;
    add_rules(out, nullptr, "which packets come to it takes longer to find out: fwsim explain tells it");
    question_.meanwhile(result(out));
  }

  Json result(const Markup& out) const {
    if (out.empty()) return nullptr;
    return {{"contents", out.json()}, {"range", range_}};
  }

  // The option, or the match, target, chain or table that the word names.
  void add_word(Markup& out) {
    range_ = document_.line_range(at_.line);
    if (text_.substr(0, 1) == "*") return add_help(out, help_of(*table_));
    if (mention_) range_ = document_.range(at_.line, mention_->mention.span.from, mention_->mention.span.end);
    const LineReading reading = read_line_alone(text_, document_.family(), *table_);
    for (const OptionPlace& place : reading.options) {
      const TextSpan span{reading.line.words[place.word].column - 1, reading.line.words[place.end - 1].end - 1};
      if (byte_ < span.from || byte_ > span.end || (byte_ == span.end && byte_ != text_.size())) continue;
      range_ = document_.range(at_.line, span.from, span.end);
      if (place.option) return add_help(out, help_of(*place.option, *place.extension));
      return add_basic(out, reading, place);
    }
  }

  void add_basic(Markup& out, const LineReading& reading, const OptionPlace& place) {
    const auto value = value_of(reading, place);
    const bool on_value = value && value->span.from <= byte_;
    const Family family = document_.family();
    if (on_value && place.basic->what == Basic::match)
      if (const Extension* match = find_match(value->text, family)) return add_help(out, help_of(*match));
    if (on_value && place.basic->what == Basic::jump) {
      if (const VerdictName* verdict = find_verdict(value->text)) return add_help(out, help_of(*verdict));
      if (const Extension* target = find_target(value->text, family)) return add_help(out, help_of(*target));
    }
    if (!on_value || !mention_) add_help(out, help_of(*place.basic));
  }

  std::optional<std::uint16_t> chain() const {
    const Table* table = parsed_.ruleset.find(*table_);
    const int found = mention_ && table ? table->index(mention_->mention.name) : -1;
    return found < 0 ? std::nullopt : std::optional(static_cast<std::uint16_t>(found));
  }

  void find_rules() {
    const Table* table = parsed_.ruleset.find(*table_);
    for (std::size_t c = 0; table && c < table->chains.size(); ++c)
      for (std::size_t i = 0; i < table->chains[c].rules.size(); ++i)
        if (table->chains[c].rules[i].line == at_.line + 1) rules_.push_back({*table_, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(i)});
  }

  // Without facts what can be told without proof, and `instead`.
  void add_rules(Markup& out, const Facts* facts, std::string_view instead) const {
    const Table* table = parsed_.ruleset.find(*table_);
    if (const auto c = chain(); c && text_.substr(0, 1) == ":" && table->chains[*c].hook) out.paragraph(counted(table->chains[*c].counters));
    constexpr std::size_t most = 4;   // a line with lists of addresses has many
    for (std::size_t i = 0; i < rules_.size() && i < most; ++i) {
      const RuleId& id = rules_[i];
      const Chain& chain = table->chains[id.chain];
      const Rule& rule = chain.rules[id.index];
      out.rule();
      out.heading(rule_name(id.table, chain, id.index));
      out.paragraph(rule_sentence(rule, *table, chain, parsed_.ruleset.family));
      if (const std::string note = rule_note(rule); !note.empty()) out.paragraph("note: " + note);
      if (text_.substr(0, 1) == "[") out.paragraph(counted(rule.counters));
      if (!facts) continue;
      const ExplainedRule explained = explain_rule(*facts, id, source);
      out.paragraph(explained.where);
      out.paragraph(explained.reached);
      if (!explained.taken.empty()) out.paragraph("earlier rules of the chain take some of what it asks for:");
      for (const std::string& taken : explained.taken) out.item(taken);
    }
    if (rules_.size() > most) out.paragraph(fmt::format("and {} of this line", plural(rules_.size() - most, "more rule")));
    if (!instead.empty() && !rules_.empty()) out.paragraph(instead);
  }

  const LspQuestion& question_;
  const LspDocument& document_;
  const LspPosition at_;
  const std::size_t byte_;          // of the line
  const std::string_view text_;     // of the line
  const std::optional<TableId> table_;
  const std::optional<PlacedMention> mention_;
  Json range_;
  Parsed parsed_;
  std::vector<RuleId> rules_;       // of the line
};

RpcAnswer answer(const LspQuestion& question) { return Hover(question).made(); }

}  // namespace

extern const LspRequest lsp_hover{.method = "textDocument/hover", .capability = "hoverProvider", .answer = answer, .aside = true};

}  // namespace fwsim
