#include "reports/nft/tables.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "reports/nft/names.hh"
#include "reports/nft/rules.hh"

namespace fwsim::nft {
namespace {

constexpr std::size_t most_compared = 10'000'000;  // pairs of lines

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// The chains of one family's table, with their rules, before runs are merged.
class Maker {
 public:
  Maker(const Ruleset& ruleset, const Table& table, Scope scope, const NftOptions& options, TableText& out)
      : ruleset_(ruleset), whole_packets_(sees_whole_packets(ruleset)), table_(table), scope_(scope), options_(options), out_(out) {}

  std::vector<ChainText> make() {
    // Users' names first: a chain of theirs may be called "input".
    for (const Chain& chain : table_.chains)
      chain_names_.push_back(chain.hook ? std::string() : names_.take(chain.name));
    for (std::size_t i = 0; i < chain_names_.size(); ++i)
      if (table_.chains[i].hook) {
        const std::string& name = table_.chains[i].name;
        chain_names_[i] = names_.take(names_.has(lower(name)) ? name : lower(name));
      }
    const std::vector<HookSet> hooks = options_.hooks(table_);
    std::vector<ChainText> chains, helpers;
    for (std::size_t i = 0; i < table_.chains.size(); ++i) {
      const Chain& chain = table_.chains[i];
      // A chain in one piece, as a rule.
      std::vector<ChainText> parts{{.name = chain_names_[i], .hook = chain.hook, .policy = chain.policy, .lines = {}}};
      for (std::size_t r = 0; r < chain.rules.size(); ++r)
        if (std::string rest = rule(chain, r, hooks[i], parts.back(), helpers); !rest.empty())
          parts.push_back({.name = std::move(rest), .lines = {}});
      chains.push_back(std::move(parts.front()));
      std::move(parts.begin() + 1, parts.end(), std::back_inserter(helpers));
    }
    std::move(helpers.begin(), helpers.end(), std::back_inserter(chains));
    return chains;
  }

 private:
  // The name of the chain in which the later rules go on, when that is another.
  std::string rule(const Chain& chain, std::size_t index, HookSet hooks, ChainText& text,
                   std::vector<ChainText>& helpers) {
    const Rule& rule = chain.rules[index];
    RuleContext context{.scope = scope_,
                        .family = ruleset_.family,
                        .ruleset = &ruleset_,
                        .whole_packets = whole_packets_,
                        .table = &table_,
                        .rule = &rule,
                        .hooks = hooks,
                        .sets = options_.sets,
                        .objects = &out_.objects};
    const RuleNames names{.chain = [&](int i) { return chain_names_[static_cast<std::size_t>(i)]; },
                          .fresh = [&] { return names_.take(fmt::format("{}_{}", text.name, index + 1)); },
                          .policy = chain.hook ? std::optional(chain.policy) : std::nullopt};
    RuleText said = rule_text(context, names);
    note_hotdrop(rule);
    if (!said.why.empty()) {
      fault(chain, index, said.why, text);
      return {};
    }
    for (Line& line : said.lines) {
      if (!options_.counters) line.counters.reset();
      if (!line.is_rule) line.remarks.back() += source(chain, rule);
      text.lines.push_back(std::move(line));
    }
    for (Helper& helper : said.helpers) {
      for (Line& line : helper.lines)
        if (!options_.counters) line.counters.reset();
      helpers.push_back({.name = helper.name, .lines = std::move(helper.lines)});
      helpers.back().lines.front().remarks.insert(helpers.back().lines.front().remarks.begin(),
                                                  fmt::format("# of {}", source(chain, rule)));
    }
    return said.rest;
  }

  // One line, whatever the original quotes.
  std::string source(const Chain& chain, const Rule& rule) const {
    std::string text = options_.source(ruleset_, table_, chain, rule);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }

  void fault(const Chain& chain, std::size_t index, const std::string& why, ChainText& text) {
    const Rule& rule = chain.rules[index];
    const bool stops = std::holds_alternative<Verdict>(rule.target) ||
                       (std::holds_alternative<Jump>(rule.target) && std::get<Jump>(rule.target).go);
    std::string effect = stops ? "packets that it would take go on to the next rule" : "what it would do is not done";
    text.lines.push_back(
        {.remarks = {fmt::format("# not translated: {}", source(chain, rule)), fmt::format("#   {}; {}", why, effect)},
         .is_rule = false});
    out_.faults.push_back({.file = ruleset_.file,
                           .line = rule.line,
                           .rule = rule_name(table_.id, chain, index),
                           .text = source(chain, rule),
                           .why = why,
                           .effect = std::move(effect)});
  }

  void note_hotdrop(const Rule& rule) {
    if (ruleset_.family == Family::v6 && rule.basic.proto != 0)
      out_.objects.notes.insert(
          "-p of ip6tables looks behind an authentication header of IPv6, nft takes it for the protocol");
    if (ruleset_.family == Family::v6 && !whole_packets_ &&
        std::any_of(rule.matches.begin(), rule.matches.end(), [](const MatchUse& m) {
          return m.name == "tcp" || m.name == "udp" || m.name == "multiport" || m.name == "icmp6" || m.name == "sctp";
        }))
      out_.objects.notes.insert(
          "without connection tracking nft (Linux 6.18) reads ports also in later fragments of IPv6, which have none");
    for (const MatchUse& match : rule.matches)
      if (match.extension && match.extension->modelled != Modelled::opaque &&
          meaning_of(match, ruleset_.family).hotdrop.kind != Pred::Kind::never)
        out_.objects.notes.insert(
            "packets whose headers are cut off are dropped by matches of iptables; here no rule matches them");
  }

  const Ruleset& ruleset_;
  const bool whole_packets_;
  const Table& table_;
  Scope scope_;
  const NftOptions& options_;
  TableText& out_;
  Names names_;
  std::vector<std::string> chain_names_;
};

// Lines of both in one order that keeps each one's; those that are the same are one line.
std::vector<Line> merge_families(std::vector<Line> four, std::vector<Line> six, std::size_t& shared) {
  const auto key = [](const Line& line) {
    std::string text = line.is_rule ? line_text(line, Scope::ip) : "";
    for (const std::string& remark : line.remarks) text += "\n" + remark;
    return text;
  };
  std::vector<std::string> a, b;
  for (const Line& line : four) a.push_back(key(line));
  for (const Line& line : six) b.push_back(key(line));
  const std::size_t n = a.size(), m = b.size();
  std::vector<std::vector<std::uint32_t>> best(n + 1, std::vector<std::uint32_t>(m + 1));
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;)
      best[i][j] = a[i] == b[j] ? best[i + 1][j + 1] + 1 : std::max(best[i + 1][j], best[i][j + 1]);
  std::vector<Line> out;
  std::size_t i = 0, j = 0;
  const auto take = [&](Line& line, Family family) {
    line.family = family;
    out.push_back(std::move(line));
  };
  while (i < n || j < m) {
    if (i < n && j < m && a[i] == b[j]) {
      out.push_back(std::move(four[i++]));
      ++j;
      ++shared;
    } else if (j == m || (i < n && best[i + 1][j] >= best[i][j + 1])) {
      take(four[i++], Family::v4);
    } else {
      take(six[j++], Family::v6);
    }
  }
  return out;
}

std::string_view scope_word(Scope scope) { return scope == Scope::ip ? "ip" : scope == Scope::ip6 ? "ip6" : "inet"; }

// "type nat hook prerouting priority dstnat; policy accept;"
std::string head_text(TableId table, Hook hook, Verdict policy) {
  const bool route = table == TableId::mangle && hook == Hook::output;
  const std::string_view type = table == TableId::nat ? "nat" : route ? "route" : "filter";
  std::string_view priority;
  switch (table) {
    case TableId::raw: priority = "raw"; break;
    case TableId::mangle: priority = "mangle"; break;
    case TableId::filter: priority = "filter"; break;
    case TableId::security: priority = "security"; break;
    case TableId::nat:  // the names of nft are for one hook each
      priority = hook == Hook::prerouting    ? "dstnat"
                 : hook == Hook::postrouting ? "srcnat"
                 : hook == Hook::output      ? "-100"
                                             : "100";
      break;
  }
  return fmt::format("type {} hook {} priority {}; policy {};", type, lower(hook_name(hook)), priority,
                     policy == Verdict::accept ? "accept" : "drop");
}

}  // namespace

TableText table_of(const Ruleset& ruleset, const Table& table, const NftOptions& options) {
  TableText out{.id = table.id, .scope = ruleset.family == Family::v4 ? Scope::ip : Scope::ip6};
  out.chains = Maker(ruleset, table, out.scope, options, out).make();
  return out;
}

std::optional<TableText> table_of_both(const Ruleset& v4, const Table& four, const Ruleset& v6, const Table& six,
                                       const NftOptions& options) {
  TableText out{.id = four.id, .scope = Scope::inet};
  std::vector<ChainText> a = Maker(v4, four, Scope::inet, options, out).make(),
                         b = Maker(v6, six, Scope::inet, options, out).make();
  for (ChainText& chain : a) {
    auto other = std::find_if(b.begin(), b.end(), [&](const ChainText& c) { return c.name == chain.name; });
    if (other == b.end()) {
      if (chain.hook) return std::nullopt;
      for (Line& line : chain.lines) line.family = Family::v4;
      out.lines += chain.lines.size();
      out.chains.push_back(std::move(chain));
      continue;
    }
    if (other->hook != chain.hook || other->policy != chain.policy ||
        chain.lines.size() * other->lines.size() > most_compared)
      return std::nullopt;
    out.lines += std::max(chain.lines.size(), other->lines.size());
    chain.lines = merge_families(std::move(chain.lines), std::move(other->lines), out.shared);
    out.chains.push_back(std::move(chain));
    b.erase(other);
  }
  for (ChainText& chain : b) {
    if (chain.hook) return std::nullopt;
    for (Line& line : chain.lines) line.family = Family::v6;
    out.lines += chain.lines.size();
    out.chains.push_back(std::move(chain));
  }
  return out;
}

std::string text_of(const TableText& table) {
  const std::string name = fmt::format("table {} {}", scope_word(table.scope), table_name(table.id));
  std::string body;
  for (const auto& [set, text] : table.objects.text) {
    body += fmt::format("{}    set {} {{\n", body.empty() ? "" : "\n", set);
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t end = text.find('\n', at);
      const std::string_view line = std::string_view(text).substr(at, end - at);
      body += fmt::format("{}{}\n", line.starts_with(' ') || line.starts_with('}') ? "" : "        ", line);
      at = end + 1;
    }
    body += "    }\n";
  }
  for (const ChainText& chain : table.chains) {
    // A base chain without rules that lets everything pass does nothing.
    if (chain.hook && chain.lines.empty() && chain.policy == Verdict::accept) continue;
    body += fmt::format("{}    chain {} {{\n", body.empty() ? "" : "\n", chain.name);
    if (chain.hook)
      body += fmt::format("        {}\n{}", head_text(table.id, *chain.hook, chain.policy),
                          chain.lines.empty() ? "" : "\n");
    for (const Line& line : chain.lines) {
      for (const std::string& remark : line.remarks) body += fmt::format("        {}\n", remark);
      if (line.is_rule) body += fmt::format("        {}\n", line_text(line, table.scope));
    }
    body += "    }\n";
  }
  if (body.empty()) return {};
  // Made anew, whether it was there or not.
  return fmt::format("{0}\ndelete {0}\n{0} {{\n{1}}}\n", name, body);
}

}  // namespace fwsim::nft
