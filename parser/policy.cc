#include "parser/policy.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "parser/parse.hh"
#include "parser/toml_reader.hh"

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
  PolicyReader(std::string_view text, const std::string& file) : toml_(text, file, "policy") {
    out_.policy.file = file;
    out_.policy.lines = toml_.lines();
  }

  PolicyText read() {
    if (const auto root = toml_.root()) assertions(*root);
    out_.diagnostics = std::move(toml_.diagnostics);
    if (out_.policy.assertions.empty() && out_.diagnostics.empty())
      out_.diagnostics.push_back({.severity = Severity::error, .file = out_.policy.file, .id = "policy", .text = "the policy asserts nothing",
                                  .hint = "[[assert]] with name, kind and traffic; see: fwsim help verify"});
    return std::move(out_);
  }

 private:
  void assertions(const toml::table& root) {
    toml_.check_keys(root, {"assert"}, "");
    const toml::node* list = root.get("assert");
    if (list == nullptr) return;
    if (!list->is_array()) return toml_.report(list->source(), "'assert' must be a list of tables", "[[assert]]");
    for (const toml::node& element : *list->as_array()) {
      if (const toml::table* one = element.as_table())
        assertion(*one);
      else
        toml_.report(element.source(), "'assert' holds something that is not a table", "[[assert]]");
    }
  }

  // As TomlReader::texts(); a list must not be empty.
  void texts(const toml::table& table, std::string_view key, std::vector<PlacedText>& out) {
    toml_.texts(table, key, out);
    if (const toml::array* list = table[key].as_array(); list != nullptr && list->empty()) toml_.report(list->source(), fmt::format("'{}' is empty", key));
  }

  bool kind(const toml::table& table, Assertion& a) {
    PlacedText word;
    toml_.text(table, "kind", word);
    const std::vector<std::string_view> names(std::begin(assertion_kinds), std::end(assertion_kinds));
    const auto at = std::find(names.begin(), names.end(), word.text);
    if (at != names.end()) {
      a.kind = static_cast<Kind>(at - names.begin());
      return true;
    }
    if (word.line == 0) {
      if (!table.contains("kind")) toml_.report(table.source(), "the assertion has no 'kind'", fmt::format("one of {}", fmt::join(names, ", ")));
      return false;
    }
    const std::string meant = TomlReader::meant(word.text, names);
    toml_.report(table.get("kind")->source(), fmt::format("'{}' is not a kind of assertion", word.text),
                 meant.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : meant, word.text.size() + 2);
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
        if (!table.contains(key)) toml_.report(table.source(), fmt::format("'{}' needs the key '{}'", kind_name(a.kind), key));
    }
    toml_.check_keys(table, keys, known ? fmt::format(" in an assertion of kind '{}'", kind_name(a.kind)) : " in an assertion");
    PlacedText name;
    toml_.text(table, "name", name);
    a.name = name.text.empty() ? fmt::format("assertion {}", out_.policy.assertions.size() + 1) : name.text;
    toml_.text(table, "traffic", a.traffic);
    toml_.text(table, "to", a.to);
    toml_.text(table, "way", a.way);
    texts(table, "sources", a.sources);
    texts(table, "networks", a.one);
    texts(table, "from", a.other);
    if (const toml::node* replies = table.get("replies")) {
      if (const auto* flag = replies->as_boolean())
        a.replies = flag->get();
      else
        toml_.report(replies->source(), "'replies' must be true or false");
    }
    if (known) out_.policy.assertions.push_back(std::move(a));
  }

  TomlReader toml_;
  PolicyText out_;
};

}  // namespace

PolicyText parse_policy(std::string_view text, const std::string& file) { return PolicyReader(text, file).read(); }

PolicyText read_policy(const std::string& path) { return parse_policy(read_file(path), path); }

}  // namespace fwsim
