#include "parser/table_builder.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "parser/command_check.hh"

namespace fwsim {

std::string chain_name_fault(std::string_view text) {
  if (text.empty() || text[0] == '-' || text[0] == '!') return "a chain name cannot be empty or start with '-' or '!'";
  if (text.size() > longest_chain_name) return fmt::format("chain name '{}' is longer than {} characters", text, longest_chain_name);
  if (find_verdict(text) || find_target(text, Family::v4) || find_target(text, Family::v6)) return fmt::format("a chain cannot be named like the target '{}'", text);
  if (text.find_first_of(" \t") != text.npos) return "a chain name cannot hold blanks";
  return {};
}

int TableBuilder::need(const Word& name, Reporter& reporter) {
  const int chain = table_.find(name.text);
  if (chain >= 0) return chain;
  const std::string near = did_you_mean(name.text, table_.names());
  std::string hint = near.empty() ? fmt::format("declare it first: ':{} - [0:0]'", name.text) : "did you mean " + near + "?";
  if (find_hook(name.text)) hint = fmt::format("table {} has no {} chain", table_name(id()), name.text);
  reporter.error(name, "unknown-chain", fmt::format("no chain '{}' in table {}", name.text, table_name(id())), std::move(hint));
  return -1;
}

bool TableBuilder::good_name(const Word& name, Reporter& reporter) {
  std::string fault = chain_name_fault(name.text);
  if (fault.empty()) return true;
  reporter.error(name, "bad-chain-name", std::move(fault));
  return false;
}

void TableBuilder::declare(const Line& line, Reporter& reporter) {
  const Word& name = line.words[0];
  const std::string_view policy = line.words[1].text;
  int chain = table_.find(name.text);
  if (chain < 0) {
    if (find_hook(name.text)) {
      need(name, reporter);
      return;
    }
    if (!good_name(name, reporter)) return;
    table_.add_chain(name.text, reporter.line());
    chain = table_.find(name.text);
  }
  const Chain& c = at(chain);
  table_.set_line(chain, reporter.line());
  if (!c.hook) {
    table_.flush(chain);
    if (policy != "-")
      reporter.warning(line.words[1], "policy-of-user-chain", fmt::format("chain {} is no built-in one: it has no policy", name.text),
                       "write '-'");
    return;
  }
  if (policy != "ACCEPT" && policy != "DROP" && policy != "-") {
    reporter.error(line.words[1], "bad-policy", fmt::format("'{}' is not a policy", policy), "a policy is ACCEPT or DROP");
    return;
  }
  const Verdict verdict = policy == "DROP" ? Verdict::drop : policy == "ACCEPT" ? Verdict::accept : c.policy;
  table_.set_policy(chain, verdict, line.counters.value_or(c.counters));
}

bool TableBuilder::resolve_jump(ReadRule& rule, Reporter& reporter) {
  if (!rule.jump_to) return true;
  const int chain = table_.find(rule.jump_to->text);
  if (chain < 0) {
    std::vector<std::string_view> names;
    for (const VerdictName& verdict : verdict_names()) names.push_back(verdict.name);
    for (const std::string_view known : table_.names()) names.push_back(known);
    for (const Extension* target : all_targets()) names.push_back(target->name);
    std::sort(names.begin(), names.end());
    const std::string near = did_you_mean(rule.jump_to->text, names);
    reporter.error(*rule.jump_to, "unknown-target",
                   fmt::format("'{}' is neither a chain of table {} nor a known target", rule.jump_to->text, table_name(id())),
                   near.empty() ? fmt::format("a chain must be declared before it is used: ':{} - [0:0]'", rule.jump_to->text)
                                : "did you mean " + near + "?");
    return false;
  }
  if (at(chain).hook) {
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
      if (table_.find(rule.chain.text) >= 0)
        reporter.error(rule.chain, "chain-exists", fmt::format("chain '{}' exists already", rule.chain.text));
      else if (good_name(rule.chain, reporter))
        table_.add_chain(rule.chain.text, reporter.line());
      return;
    case Basic::flush: return for_chains(rule, reporter, &LiveTable::flush);
    case Basic::zero: return for_chains(rule, reporter, &LiveTable::zero);
    case Basic::delete_chain: return delete_chain(rule, reporter);
    case Basic::rename_chain: return rename_chain(rule, reporter);
    case Basic::policy: return set_policy(rule, reporter);
    default: return;  // -L, -S only print
  }
}

void TableBuilder::insert(ReadRule&& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (!resolve_jump(rule, reporter) || chain < 0) return;
  const auto& rules = at(chain).rules;
  if (rule.command == Basic::append) {
    for (Rule& r : rule.rules) table_.insert(chain, rules.size(), std::move(r));
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
  for (Rule& r : rule.rules) table_.insert(chain, number - 1, std::move(r));
}

void TableBuilder::remove(ReadRule& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  const auto& rules = at(chain).rules;
  if (rule.argument && rule.command == Basic::remove) {
    const auto read = read_number(rule.argument->text);
    if (!read || *read == 0 || *read > rules.size()) {
      reporter.error(*rule.argument, "bad-rule-number", fmt::format("{} has no rule {}", rule.chain.text, rule.argument->text),
                     fmt::format("it has {}", rules.size()));
      return;
    }
    table_.remove(chain, *read - 1);
    return;
  }
  if (!resolve_jump(rule, reporter)) return;
  for (const Rule& wanted : rule.rules) {
    const int found = table_.find_rule(chain, wanted);
    if (found < 0) {
      reporter.error(rule.chain, "no-such-rule", fmt::format("chain {} has no such rule", rule.chain.text),
                     "the rule must be the same in every option");
      return;
    }
    if (rule.command == Basic::remove) table_.remove(chain, static_cast<std::size_t>(found));
  }
}

void TableBuilder::replace(ReadRule&& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (!resolve_jump(rule, reporter) || chain < 0) return;
  const auto& rules = at(chain).rules;
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
  table_.replace(chain, *read - 1, std::move(rule.rules.front()));
}

void TableBuilder::delete_chain(const ReadRule& rule, Reporter& reporter) {
  if (rule.chain.column == 0) {  // -X alone: every chain that can go
    for (std::size_t i = 0; i < table_.chains().size(); ++i)
      if (!table_.chains()[i].name.empty()) table_.remove_chain(static_cast<int>(i));
    return;
  }
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  std::string fault;
  switch (table_.remove_chain(chain)) {
    case EINVAL: fault = "a built-in chain cannot be deleted"; break;
    case ENOTEMPTY: fault = fmt::format("chain {} is not empty", rule.chain.text); break;
    case EMLINK: fault = fmt::format("a rule still jumps to chain {}", rule.chain.text); break;
    default: return;
  }
  reporter.error(rule.chain, "cannot-delete-chain", std::move(fault));
}

void TableBuilder::rename_chain(const ReadRule& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  if (at(chain).hook || table_.find(rule.argument->text) >= 0)
    reporter.error(*rule.argument, "cannot-rename-chain", fmt::format("cannot rename {} to {}", rule.chain.text, rule.argument->text),
                   "built-in chains keep their names, and the new name must be free");
  else if (good_name(*rule.argument, reporter))
    table_.rename_chain(chain, rule.argument->text);
}

void TableBuilder::set_policy(const ReadRule& rule, Reporter& reporter) {
  const int chain = need(rule.chain, reporter);
  if (chain < 0) return;
  const Chain& c = at(chain);
  const std::string_view policy = rule.argument->text;
  if (!c.hook)
    reporter.error(rule.chain, "policy-of-user-chain", fmt::format("chain {} is no built-in one: it has no policy", c.name));
  else if (policy != "ACCEPT" && policy != "DROP")
    reporter.error(*rule.argument, "bad-policy", fmt::format("'{}' is not a policy", policy), "a policy is ACCEPT or DROP");
  else if (policy == "DROP" && id() == TableId::nat)
    reporter.error(*rule.argument, "nat-filtering", "the nat table is not for filtering: iptables refuses DROP there",
                   "drop in the filter table");
  else
    table_.set_policy(chain, policy == "DROP" ? Verdict::drop : Verdict::accept, c.counters);
}

void TableBuilder::for_chains(const ReadRule& rule, Reporter& reporter, void (LiveTable::*change)(int)) {
  if (rule.chain.column != 0) {
    if (const int chain = need(rule.chain, reporter); chain >= 0) (table_.*change)(chain);
    return;
  }
  for (std::size_t i = 0; i < table_.chains().size(); ++i) (table_.*change)(static_cast<int>(i));
}

}  // namespace fwsim
