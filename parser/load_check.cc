// What the kernel checks when a table is committed (declared in parse.hh).
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "model/value.hh"
#include "parser/parse.hh"

namespace fwsim {
namespace {

// Lines of a text by number, found once when something is wrong.
class Source {
 public:
  explicit Source(std::string_view text) : text_(text) {}
  std::string_view line(unsigned number) {
    if (starts_.empty()) {
      starts_.push_back(0);
      for (std::size_t at = text_.find('\n'); at != text_.npos; at = text_.find('\n', at + 1)) starts_.push_back(at + 1);
    }
    if (number == 0 || number > starts_.size()) return {};
    const std::size_t from = starts_[number - 1];
    return text_.substr(from, std::min(text_.find('\n', from), text_.size()) - from);
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

std::string hook_list(HookSet hooks) {
  std::string text;
  for (std::size_t i = 0; i < hook_count; ++i)
    if (hooks & set_of(static_cast<Hook>(i)))
      text += (text.empty() ? "" : ", ") + std::string(hook_name(static_cast<Hook>(i)));
  return text;
}

// A verdict on every packet: the kernel goes no further through the chain (mark_source_chains).
bool ends_chain(const Rule& rule) {
  static const BasicMatch every;
  return std::holds_alternative<Verdict>(rule.target) && rule.matches.empty() && rule.basic == every;
}

class LoadCheck {
 public:
  LoadCheck(std::string file, std::string_view text, Diagnostics& diagnostics)
      : file_(std::move(file)), source_(text), diagnostics_(diagnostics) {}

  // One rule, of which nothing else can have changed.
  void check_one(const Table& table, std::size_t chain, std::size_t index) {
    const auto& rules = table.chains[chain].rules;
    HookSet reached = reachable_hooks(table)[chain];
    for (std::size_t i = 0; i < index && reached != 0; ++i)
      if (ends_chain(rules[i])) reached = 0;
    check_rule(table, rules[index], reached);
  }

  void check(const Table& table) {
    const auto hooks = reachable_hooks(table);
    for (std::size_t i = 0; i < table.chains.size(); ++i) {
      HookSet reached = hooks[i];
      for (const Rule& rule : table.chains[i].rules) {
        check_rule(table, rule, reached);
        if (ends_chain(rule)) reached = 0;  // the kernel looks for no packets behind it
      }
    }
    check_loops(table);
  }

 private:
  void fault(const Rule& rule, std::string_view word, std::string_view id, std::string text, std::string hint = {}) {
    const std::string_view line = source_.line(rule.line);
    const std::size_t at = word.empty() ? line.npos : line.find(word);
    diagnostics_.push_back({Severity::error, file_, rule.line,
                            at == line.npos ? 0 : static_cast<unsigned>(at) + 1, static_cast<unsigned>(word.size()),
                            std::string(id), std::move(text), std::move(hint), std::string(line)});
  }

  void check_rule(const Table& table, const Rule& rule, HookSet hooks) {
    for (const MatchUse& match : rule.matches)
      if (match.extension) check_use(table, rule, match, "-m", hooks);
    if (const auto* use = std::get_if<TargetUse>(&rule.target))
      if (use->extension) check_use(table, rule, *use, "-j", hooks);
    const auto* verdict = std::get_if<Verdict>(&rule.target);
    if (table.id == TableId::nat && verdict && *verdict == Verdict::drop)
      fault(rule, "DROP", "nat-filtering", "the nat table is not for filtering: iptables refuses DROP there",
            "drop in the filter table");
  }

  void check_use(const Table& table, const Rule& rule, const Use& use, std::string_view kind, HookSet hooks) {
    const Extension& e = *use.extension;
    const auto name = [&] { return fmt::format("{} {}", kind, use.name); };
    if (!e.tables.empty() && std::find(e.tables.begin(), e.tables.end(), table.id) == e.tables.end()) {
      std::string list;
      for (TableId id : e.tables) list += (list.empty() ? "" : ", ") + std::string(table_name(id));
      fault(rule, use.name, "wrong-table", fmt::format("{} cannot be used in table {}", name(), table_name(table.id)),
            "only in " + list);
    }
    if (const HookSet bad = hooks & static_cast<HookSet>(~e.hooks); bad != 0)
      fault(rule, use.name, "wrong-hook", fmt::format("{} cannot be used where packets come from {}", name(), hook_list(bad)),
            fmt::format("only in {}, or in chains reached from there alone", hook_list(e.hooks)));
    const HookSet allowed = e.hooks_with ? e.hooks_with(use) : all_hooks;
    if (const HookSet bad = hooks & static_cast<HookSet>(~allowed); bad != 0)
      fault(rule, use.name, "wrong-hook",
            fmt::format("{} with these options cannot be used where packets come from {}", name(), hook_list(bad)),
            fmt::format("only in {}", hook_list(allowed)));
    check_protocol(rule, use, kind);
    for (const Given& given : use.given) {
      const Option& option = e.options[given.option];
      if (const HookSet bad = hooks & static_cast<HookSet>(~option.hooks); bad != 0)
        fault(rule, option.name, "wrong-hook",
              fmt::format("--{} cannot be used where packets come from {}", option.name, hook_list(bad)),
              fmt::format("only in {}", hook_list(option.hooks)));
    }
  }

  void check_protocol(const Rule& rule, const Use& use, std::string_view kind) {
    const auto protocols = use.extension->protocols;
    if (protocols.empty()) return;
    const bool good = !rule.basic.not_proto &&
                      std::find(protocols.begin(), protocols.end(), static_cast<int>(rule.basic.proto)) != protocols.end();
    if (good) return;
    std::string list;
    for (int p : protocols) list += (list.empty() ? "" : " or ") + protocol_text(static_cast<unsigned>(p));
    fault(rule, use.name, "needs-protocol", fmt::format("{} {} needs -p {} in the same rule", kind, use.name, list),
          rule.basic.not_proto ? "a negated -p does not do: the kernel refuses it" : "add -p");
  }

  // A loop counts only when a packet can get into it.
  void check_loops(const Table& table) {
    std::vector<int> state(table.chains.size(), 0);  // 0 new, 1 on the way, 2 done
    for (std::size_t i = 0; i < table.chains.size(); ++i)
      if (table.chains[i].hook && walk(table, i, state)) return;
  }

  bool walk(const Table& table, std::size_t chain, std::vector<int>& state) {
    struct Step {
      std::size_t chain;
      std::size_t rule = 0;
    };
    std::vector<Step> way{{chain}};
    if (state[chain] == 2) return false;
    state[chain] = 1;
    while (!way.empty()) {
      Step& step = way.back();
      const auto& rules = table.chains[step.chain].rules;
      if (step.rule == rules.size()) {
        state[step.chain] = 2;
        way.pop_back();
        continue;
      }
      const Rule& rule = rules[step.rule++];
      if (ends_chain(rule)) step.rule = rules.size();
      const auto* jump = std::get_if<Jump>(&rule.target);
      if (!jump || jump->chain < 0) continue;
      const auto next = static_cast<std::size_t>(jump->chain);
      if (state[next] == 1) {
        std::string loop;
        bool inside = false;
        for (const Step& s : way) {
          inside = inside || s.chain == next;
          if (inside) loop += table.chains[s.chain].name + " -> ";
        }
        fault(rule, table.chains[next].name, "loop", fmt::format("chains jump in a loop: {}{}", loop, table.chains[next].name),
              "the kernel refuses the table (ELOOP)");
        return true;
      }
      if (state[next] == 0) {
        state[next] = 1;
        way.push_back({next});
      }
    }
    return false;
  }

  std::string file_;
  Source source_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<HookSet> reachable_hooks(const Table& table) {
  std::vector<HookSet> hooks(table.chains.size(), 0);
  std::vector<std::size_t> work;
  for (std::size_t i = 0; i < table.chains.size(); ++i)
    if (table.chains[i].hook) {
      hooks[i] = set_of(*table.chains[i].hook);
      work.push_back(i);
    }
  while (!work.empty()) {
    const std::size_t chain = work.back();
    work.pop_back();
    for (const Rule& rule : table.chains[chain].rules) {
      const auto* jump = std::get_if<Jump>(&rule.target);
      if (ends_chain(rule)) break;
      if (!jump || jump->chain < 0) continue;
      auto& reached = hooks[static_cast<std::size_t>(jump->chain)];
      if ((hooks[chain] & ~reached) == 0) continue;
      reached = static_cast<HookSet>(reached | hooks[chain]);
      work.push_back(static_cast<std::size_t>(jump->chain));
    }
  }
  return hooks;
}

void check_loading(const Ruleset& ruleset, std::string_view text, Diagnostics& diagnostics) {
  LoadCheck check(ruleset.file, text, diagnostics);
  for (const Table& table : ruleset.tables) check.check(table);
}

void check_added(const Table& table, std::size_t chain, std::size_t rule, Diagnostics& diagnostics) {
  LoadCheck({}, {}, diagnostics).check_one(table, chain, rule);
}

void check_loading(const Table& table, Diagnostics& diagnostics) { LoadCheck({}, {}, diagnostics).check(table); }

}  // namespace fwsim
