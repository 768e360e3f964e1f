#include "parser/table_builder.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace fwsim {
namespace {

constexpr std::size_t longest_chain_name = 28;  // XT_EXTENSION_MAXNAMELEN - 1

bool same_target(const Rule& a, const Rule& b) {
  if (a.target.index() != b.target.index()) return false;
  if (const auto* verdict = std::get_if<Verdict>(&a.target)) return *verdict == std::get<Verdict>(b.target);
  if (const auto* jump = std::get_if<Jump>(&a.target))
    return jump->chain == std::get<Jump>(b.target).chain && jump->go == std::get<Jump>(b.target).go;
  if (const auto* use = std::get_if<TargetUse>(&a.target)) return *use == std::get<TargetUse>(b.target);
  return true;
}

bool same_rule(const Rule& a, const Rule& b) {
  return a.basic == b.basic && same_target(a, b) &&
         std::equal(a.matches.begin(), a.matches.end(), b.matches.begin(), b.matches.end());
}

}  // namespace

TableBuilder::TableBuilder(TableId id, unsigned line) : id_(id), line_(line) {
  for (std::size_t i = 0; i < hook_count; ++i) {
    const Hook hook = static_cast<Hook>(i);
    if ((table_hooks(id) & set_of(hook)) == 0) continue;
    index_.emplace(hook_name(hook), static_cast<int>(chains_.size()));
    chains_.push_back({.name = std::string(hook_name(hook)), .hook = hook, .line = line});
  }
}

void TableBuilder::flush() {
  std::erase_if(chains_, [](const Chain& c) { return !c.hook; });
  index_.clear();
  for (std::size_t i = 0; i < chains_.size(); ++i) {
    index_.emplace(chains_[i].name, static_cast<int>(i));
    chains_[i].rules.clear();
  }
}

int TableBuilder::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? -1 : found->second;
}

int TableBuilder::need(const Word& name, Reporter& reporter) {
  const int chain = find(name.text);
  if (chain >= 0) return chain;
  std::vector<std::string_view> names;
  for (const auto& [known, unused_index] : index_) names.push_back(known);
  std::sort(names.begin(), names.end());
  const std::string near = did_you_mean(name.text, names);
  std::string hint = near.empty() ? fmt::format("declare it first: ':{} - [0:0]'", name.text) : "did you mean " + near + "?";
  if (find_hook(name.text)) hint = fmt::format("table {} has no {} chain", table_name(id_), name.text);
  reporter.error(name, "unknown-chain", fmt::format("no chain '{}' in table {}", name.text, table_name(id_)), std::move(hint));
  return -1;
}

bool TableBuilder::create(const Word& name, Reporter& reporter) {
  const std::string_view text = name.text;
  std::string fault;
  if (text.empty() || text[0] == '-' || text[0] == '!')
    fault = "a chain name cannot be empty or start with '-' or '!'";
  else if (text.size() > longest_chain_name)
    fault = fmt::format("chain name '{}' is longer than {} characters", text, longest_chain_name);
  else if (text == "ACCEPT" || text == "DROP" || text == "RETURN" || text == "QUEUE" || find_target(text, Family::v4) ||
           find_target(text, Family::v6))
    fault = fmt::format("a chain cannot be named like the target '{}'", text);
  else if (text.find_first_of(" \t") != text.npos)
    fault = "a chain name cannot hold blanks";
  if (!fault.empty()) {
    reporter.error(name, "bad-chain-name", std::move(fault));
    return false;
  }
  index_.emplace(text, static_cast<int>(chains_.size()));
  chains_.push_back({.name = std::string(text), .line = reporter.line()});
  return true;
}

void TableBuilder::declare(const Line& line, Reporter& reporter) {
  const Word& name = line.words[0];
  const std::string_view policy = line.words[1].text;
  int chain = find(name.text);
  if (chain < 0) {
    if (find_hook(name.text)) {
      need(name, reporter);
      return;
    }
    if (!create(name, reporter)) return;
    chain = static_cast<int>(chains_.size()) - 1;
  }
  Chain& c = chains_[static_cast<std::size_t>(chain)];
  c.line = reporter.line();
  if (!c.hook) {
    c.rules.clear();
    if (policy != "-")
      reporter.warning(line.words[1], "policy-of-user-chain", fmt::format("chain {} is no built-in one: it has no policy", name.text),
                       "write '-'");
    return;
  }
  if (policy == "ACCEPT" || policy == "DROP")
    c.policy = policy == "DROP" ? Verdict::drop : Verdict::accept;
  else if (policy != "-") {
    reporter.error(line.words[1], "bad-policy", fmt::format("'{}' is not a policy", policy), "a policy is ACCEPT or DROP");
    return;
  }
  if (line.counters) c.counters = *line.counters;
}

bool TableBuilder::resolve_jump(ReadRule& rule, Reporter& reporter) {
  if (!rule.jump_to) return true;
  const int chain = find(rule.jump_to->text);
  if (chain < 0) {
    std::vector<std::string_view> names{"ACCEPT", "DROP", "RETURN", "QUEUE"};
    for (const auto& [known, unused_index] : index_) names.push_back(known);
    for (const Extension* target : all_targets()) names.push_back(target->name);
    std::sort(names.begin(), names.end());
    const std::string near = did_you_mean(rule.jump_to->text, names);
    reporter.error(*rule.jump_to, "unknown-target",
                   fmt::format("'{}' is neither a chain of table {} nor a known target", rule.jump_to->text, table_name(id_)),
                   near.empty() ? fmt::format("a chain must be declared before it is used: ':{} - [0:0]'", rule.jump_to->text)
                                : "did you mean " + near + "?");
    return false;
  }
  if (chains_[static_cast<std::size_t>(chain)].hook) {
    reporter.error(*rule.jump_to, "jump-to-builtin", fmt::format("{} is a built-in chain: no rule can jump to it", rule.jump_to->text));
    return false;
  }
  for (Rule& r : rule.rules) std::get<Jump>(r.target).chain = chain;
  return true;
}

void TableBuilder::apply(ReadRule&& rule, Reporter& reporter) {
  switch (rule.command) {
    case Basic::append:
    case Basic::insert: return insert(std::move(rule), reporter);
    case Basic::remove:
    case Basic::check: return remove(rule, reporter);
    case Basic::replace: return replace(std::move(rule), reporter);
    case Basic::new_chain:
      if (find(rule.chain.text) >= 0)
        reporter.error(rule.chain, "chain-exists", fmt::format("chain '{}' exists already", rule.chain.text));
      else
        create(rule.chain, reporter);
      return;
    case Basic::flush: return for_chains(rule, reporter, [](Chain& c) { c.rules.clear(); });
    case Basic::zero:
      return for_chains(rule, reporter, [](Chain& c) {
        c.counters = {};
        for (Rule& r : c.rules) r.counters = {};
      });
    case Basic::delete_chain: return delete_chain(rule, reporter);
    case Basic::rename_chain: return rename_chain(rule, reporter);
    case Basic::policy: return set_policy(rule, reporter);
    default: return;  // -L, -S only print
  }
}

void TableBuilder::insert(ReadRule&& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (!resolve_jump(rule, reporter) || chain < 0) return;
  auto& rules = chains_[static_cast<std::size_t>(chain)].rules;
  if (rule.command == Basic::append) {
    std::move(rule.rules.begin(), rule.rules.end(), std::back_inserter(rules));
    return;
  }
  std::uint64_t number = 1;
  if (rule.argument) {
    const auto read = read_number(rule.argument->text);
    if (!read || *read == 0 || *read > rules.size() + 1) {
      reporter.error(*rule.argument, "bad-rule-number", fmt::format("'{}' is not the number of a place in {}", rule.argument->text, rule.chain.text),
                     fmt::format("1 to {}", rules.size() + 1));
      return;
    }
    number = *read;
  }
  // Each rule of an address list goes to the same place, so their order comes out reversed.
  for (Rule& r : rule.rules) rules.insert(rules.begin() + static_cast<std::ptrdiff_t>(number - 1), std::move(r));
}

void TableBuilder::remove(ReadRule& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  auto& rules = chains_[static_cast<std::size_t>(chain)].rules;
  if (rule.argument && rule.command == Basic::remove) {
    const auto read = read_number(rule.argument->text);
    if (!read || *read == 0 || *read > rules.size()) {
      reporter.error(*rule.argument, "bad-rule-number", fmt::format("{} has no rule {}", rule.chain.text, rule.argument->text),
                     fmt::format("it has {}", rules.size()));
      return;
    }
    rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(*read - 1));
    return;
  }
  if (!resolve_jump(rule, reporter)) return;
  for (const Rule& wanted : rule.rules) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return same_rule(r, wanted); });
    if (found == rules.end()) {
      reporter.error(rule.chain, "no-such-rule", fmt::format("chain {} has no such rule", rule.chain.text),
                     "the rule must be the same in every option");
      return;
    }
    if (rule.command == Basic::remove) rules.erase(found);
  }
}

void TableBuilder::replace(ReadRule&& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (!resolve_jump(rule, reporter) || chain < 0) return;
  auto& rules = chains_[static_cast<std::size_t>(chain)].rules;
  const auto read = read_number(rule.argument->text);
  if (!read || *read == 0 || *read > rules.size()) {
    reporter.error(*rule.argument, "bad-rule-number", fmt::format("{} has no rule {}", rule.chain.text, rule.argument->text),
                   fmt::format("it has {}", rules.size()));
    return;
  }
  if (rule.rules.size() > 1) {
    reporter.error(*rule.argument, "replace-several", "-R replaces one rule: it takes no list of addresses");
    return;
  }
  rules[*read - 1] = std::move(rule.rules.front());
}

bool TableBuilder::unused(int chain) const {
  for (const Chain& c : chains_)
    for (const Rule& rule : c.rules)
      if (const auto* jump = std::get_if<Jump>(&rule.target); jump && jump->chain == chain) return false;
  return true;
}

void TableBuilder::delete_chain(const ReadRule& rule, Reporter& reporter) {
  const auto erase = [&](int chain) {
    Chain& c = chains_[static_cast<std::size_t>(chain)];
    index_.erase(index_.find(c.name));
    c.name.clear();
  };
  if (rule.chain.column == 0) {  // -X alone: every chain that can go
    for (std::size_t i = 0; i < chains_.size(); ++i)
      if (!chains_[i].hook && !chains_[i].name.empty() && chains_[i].rules.empty() && unused(static_cast<int>(i)))
        erase(static_cast<int>(i));
    return;
  }
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  const Chain& c = chains_[static_cast<std::size_t>(chain)];
  std::string fault;
  if (c.hook) fault = "a built-in chain cannot be deleted";
  else if (!c.rules.empty()) fault = fmt::format("chain {} is not empty", c.name);
  else if (!unused(chain)) fault = fmt::format("a rule still jumps to chain {}", c.name);
  if (!fault.empty())
    reporter.error(rule.chain, "cannot-delete-chain", std::move(fault));
  else
    erase(chain);
}

void TableBuilder::rename_chain(const ReadRule& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  if (chains_[static_cast<std::size_t>(chain)].hook || find(rule.argument->text) >= 0) {
    reporter.error(*rule.argument, "cannot-rename-chain", fmt::format("cannot rename {} to {}", rule.chain.text, rule.argument->text),
                   "built-in chains keep their names, and the new name must be free");
    return;
  }
  if (!create(*rule.argument, reporter)) return;
  chains_.pop_back();  // only its checks were wanted
  index_.erase(index_.find(rule.chain.text));
  index_.find(rule.argument->text)->second = chain;
  chains_[static_cast<std::size_t>(chain)].name = std::string(rule.argument->text);
}

void TableBuilder::set_policy(const ReadRule& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  Chain& c = chains_[static_cast<std::size_t>(chain)];
  const std::string_view policy = rule.argument->text;
  if (!c.hook)
    reporter.error(rule.chain, "policy-of-user-chain", fmt::format("chain {} is no built-in one: it has no policy", c.name));
  else if (policy != "ACCEPT" && policy != "DROP")
    reporter.error(*rule.argument, "bad-policy", fmt::format("'{}' is not a policy", policy), "a policy is ACCEPT or DROP");
  else if (policy == "DROP" && id_ == TableId::nat)
    reporter.error(*rule.argument, "nat-filtering", "the nat table is not for filtering: iptables refuses DROP there",
                   "drop in the filter table");
  else
    c.policy = policy == "DROP" ? Verdict::drop : Verdict::accept;
}

void TableBuilder::for_chains(const ReadRule& rule, Reporter& reporter, void (*change)(Chain&)) {
  if (rule.chain.column != 0) {
    if (const int chain = need(rule.chain, reporter); chain >= 0) change(chains_[static_cast<std::size_t>(chain)]);
    return;
  }
  for (Chain& chain : chains_) change(chain);
}

Table TableBuilder::finish() {
  std::vector<std::size_t> order(chains_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return chains_[i].name.empty(); });
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Chain &x = chains_[a], &y = chains_[b];
    if (x.hook || y.hook) return x.hook && (!y.hook || *x.hook < *y.hook);
    return x.name < y.name;
  });
  std::vector<int> place(chains_.size(), -1);
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);
  Table table{.id = id_, .line = line_};
  table.chains.reserve(order.size());
  for (std::size_t i : order) {
    for (Rule& rule : chains_[i].rules)
      if (auto* jump = std::get_if<Jump>(&rule.target)) jump->chain = place[static_cast<std::size_t>(jump->chain)];
    table.chains.push_back(std::move(chains_[i]));
  }
  return table;
}

}  // namespace fwsim
