#include "parser/policy.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/value.hh"
#include "parser/parse.hh"
#include "parser/toml.hh"

namespace fwsim {
namespace {

using Kind = Assertion::Kind;

// The keys that each kind needs beside `name` and `kind`, and those it takes.
struct KindKeys {
  std::vector<std::string_view> needed, more;
};
KindKeys keys_of(Kind kind) {
  switch (kind) {
    case Kind::must_pass: return {{"traffic"}, {"replies", "way"}};
    case Kind::only_from: return {{"traffic", "sources"}, {"way"}};
    case Kind::isolated: return {{"networks", "from"}, {"way"}};
    case Kind::must_nat_to: return {{"traffic", "to"}, {"replies", "way"}};
    case Kind::must_limit:
    case Kind::must_log:
    case Kind::must_not_pass: return {{"traffic"}, {"way"}};
  }
  return {};
}

class PolicyReader {
 public:
  PolicyReader(std::string_view text, const std::string& file) {
    out_.policy.file = file;
    for (std::string_view line : split(text, '\n')) out_.policy.lines.emplace_back(line);
  }

  PolicyText read(std::string_view text) {
    const toml::parse_result parsed = toml::parse(text, out_.policy.file);
    if (!parsed) {
      report(parsed.error().source(), std::string(parsed.error().description()));
      return std::move(out_);
    }
    const toml::table& root = parsed.table();
    check_keys(root, {"assert"}, "");
    const toml::node* list = root.get("assert");
    if (list != nullptr && !list->is_array()) {
      report(list->source(), "'assert' must be a list of tables", "[[assert]]");
    } else if (list != nullptr) {
      for (const toml::node& element : *list->as_array()) {
        if (const toml::table* one = element.as_table())
          assertion(*one);
        else
          report(element.source(), "'assert' holds something that is not a table", "[[assert]]");
      }
    }
    if (out_.policy.assertions.empty() && out_.diagnostics.empty())
      out_.diagnostics.push_back({.severity = Severity::error, .file = out_.policy.file, .id = "policy", .text = "the policy asserts nothing",
                                  .hint = "[[assert]] with name, kind and traffic; see: fwsim help verify"});
    return std::move(out_);
  }

 private:
  void report(const toml::source_region& where, std::string text, std::string hint = {}, std::size_t width = 1) {
    const std::size_t line = where.begin.line;
    out_.diagnostics.push_back({.severity = Severity::error, .file = out_.policy.file, .line = static_cast<unsigned>(line),
                                .column = static_cast<unsigned>(where.begin.column), .width = static_cast<unsigned>(std::max<std::size_t>(1, width)),
                                .id = "policy", .text = std::move(text), .hint = std::move(hint),
                                .source = line > 0 && line <= out_.policy.lines.size() ? out_.policy.lines[line - 1] : ""});
  }

  void check_keys(const toml::table& table, const std::vector<std::string_view>& known, std::string_view where) {
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      const std::string meant = did_you_mean(key.str(), known);
      report(key.source(), fmt::format("unknown key '{}'{}", key.str(), where), meant.empty() ? "" : fmt::format("did you mean '{}'?", meant),
             key.str().size());
    }
  }

  PlacedText placed(const toml::value<std::string>& text) const {
    const auto& at = text.source().begin;
    return {text.get(), static_cast<unsigned>(at.line), static_cast<unsigned>(at.column) + 1};
  }

  void text(const toml::table& table, std::string_view key, PlacedText& out) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    if (const auto* value = node->as_string())
      out = placed(*value);
    else
      report(node->source(), fmt::format("'{}' must be a text", key));
  }

  // A text, or a list of texts.
  void texts(const toml::table& table, std::string_view key, std::vector<PlacedText>& out) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    if (const auto* value = node->as_string()) return out.push_back(placed(*value));
    const toml::array* list = node->as_array();
    if (list == nullptr) return report(node->source(), fmt::format("'{}' must be a list of texts", key));
    if (list->empty()) report(node->source(), fmt::format("'{}' is empty", key));
    for (const toml::node& element : *list) {
      if (const auto* value = element.as_string())
        out.push_back(placed(*value));
      else
        report(element.source(), fmt::format("'{}' holds something that is not a text", key));
    }
  }

  bool kind(const toml::table& table, Assertion& a) {
    PlacedText word;
    text(table, "kind", word);
    const std::vector<std::string_view> names(std::begin(assertion_kinds), std::end(assertion_kinds));
    const auto at = std::find(names.begin(), names.end(), word.text);
    if (at != names.end()) {
      a.kind = static_cast<Kind>(at - names.begin());
      return true;
    }
    if (word.line == 0) {
      if (!table.contains("kind")) report(table.source(), "the assertion has no 'kind'", fmt::format("one of {}", fmt::join(names, ", ")));
      return false;
    }
    const std::string meant = did_you_mean(word.text, names);
    report(table.get("kind")->source(), fmt::format("'{}' is not a kind of assertion", word.text),
           meant.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : fmt::format("did you mean '{}'?", meant), word.text.size() + 2);
    return false;
  }

  void assertion(const toml::table& table) {
    Assertion a;
    a.line = static_cast<unsigned>(table.source().begin.line);
    a.column = static_cast<unsigned>(table.source().begin.column);
    const bool known = kind(table, a);
    std::vector<std::string_view> keys{"name", "kind", "traffic", "sources", "networks", "from", "to", "way", "replies"};
    if (known) {
      const KindKeys of_kind = keys_of(a.kind);
      keys = {"name", "kind"};
      keys.insert(keys.end(), of_kind.needed.begin(), of_kind.needed.end());
      keys.insert(keys.end(), of_kind.more.begin(), of_kind.more.end());
      for (std::string_view key : of_kind.needed)
        if (!table.contains(key)) report(table.source(), fmt::format("'{}' needs the key '{}'", kind_name(a.kind), key));
    }
    check_keys(table, keys, known ? fmt::format(" in an assertion of kind '{}'", kind_name(a.kind)) : " in an assertion");
    PlacedText name;
    text(table, "name", name);
    a.name = name.text.empty() ? fmt::format("assertion {}", out_.policy.assertions.size() + 1) : name.text;
    text(table, "traffic", a.traffic);
    text(table, "to", a.to);
    text(table, "way", a.way);
    texts(table, "sources", a.sources);
    texts(table, "networks", a.one);
    texts(table, "from", a.other);
    if (const toml::node* replies = table.get("replies")) {
      if (const auto* flag = replies->as_boolean())
        a.replies = flag->get();
      else
        report(replies->source(), "'replies' must be true or false");
    }
    if (known) out_.policy.assertions.push_back(std::move(a));
  }

  PolicyText out_;
};

}  // namespace

PolicyText parse_policy(std::string_view text, const std::string& file) { return PolicyReader(text, file).read(text); }

PolicyText read_policy(const std::string& path) { return parse_policy(read_file(path), path); }

}  // namespace fwsim
