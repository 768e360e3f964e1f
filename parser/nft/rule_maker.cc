#include "parser/nft/rule_maker.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/nft.hh"
#include "parser/nft/conditions.hh"
#include "parser/nft/options.hh"

namespace fwsim::nft_json {
namespace {

using Step = std::variant<Test, Deed, Choice>;
using Steps = std::vector<Step>;

bool is_condition(const std::string& kind) { return kind == "match" || kind == "limit" || kind == "quota" || kind == "ct count" || kind == "meter"; }

class Maker {
 public:
  Maker(const ListedRule& rule, const ListedRule* next, const Surroundings& where) : rule_(rule), next_(next), where_(where) {}

  void make() {
    if (rule_.expressions) read(*rule_.expressions);
    const std::size_t before = rules(where_.chain).size();
    try {
      emit(where_.chain, {}, steps_, false);
    } catch (const NotUnderstood& what) {
      where_.report(what.what());
      rules(where_.chain).resize(before);
      push(where_.chain, leading_tests(), unknown_nft_target(what.what()));
    }
    auto& made = rules(where_.chain);
    for (std::size_t i = before; i < made.size(); ++i) {
      if (i == before) made[i].counters = counters_;
      if (!rule_.comment.empty()) {
        MatchUse comment = match_of("-m comment --comment x", where_.scope.family);
        comment.put("comment", rule_.comment);
        made[i].matches.push_back(std::move(comment));
      }
    }
  }

 private:
  std::vector<Rule>& rules(std::size_t chain) { return where_.rules(chain); }

  // --- reading ---------------------------------------------------------------------------------

  void read(const json& expressions) {
    for (std::size_t i = 0; i < expressions.size(); ++i) {
      const json& statement = expressions[i];
      if (!statement.is_object() || statement.size() != 1) {
        unknown(statement, {});
        continue;
      }
      const std::string& kind = statement.begin().key();
      try {
        if (kind == "tproxy" && tproxy(expressions, i)) return;
        read_one(kind, statement);
      } catch (const NotUnderstood& what) {
        unknown(statement, what.what());
      } catch (const json::exception&) {
        unknown(statement, {});
      }
    }
    end_conditions();
  }

  void read_one(const std::string& kind, const json& statement) {
    const json& v = statement.begin().value();
    if (kind == "match") {
      if (gather(v, gathered_)) return;
      for (Test& t : match_tests(v, where_.scope)) steps_.emplace_back(std::move(t));
      return;
    }
    if (kind == "counter" && v.is_object()) counters_ = {v.value("packets", std::uint64_t{0}), v.value("bytes", std::uint64_t{0})};
    if (auto tests = memory_tests(statement, where_.scope)) {
      end_conditions();
      for (Test& t : *tests) {
        t.text = statement_text(statement);
        steps_.emplace_back(std::move(t));
      }
      return;
    }
    auto deed = deed_of(statement, where_.scope);
    if (!deed) return;
    end_conditions();
    if (auto* one = std::get_if<Deed>(&*deed)) {
      for (Test& t : one->needs) steps_.emplace_back(std::move(t));
      one->needs.clear();
      steps_.emplace_back(std::move(*one));
    } else {
      steps_.emplace_back(std::move(std::get<Choice>(*deed)));
    }
  }

  void end_conditions() {
    for (Test& t : gathered_tests(std::exchange(gathered_, {}), where_.scope.family)) steps_.emplace_back(std::move(t));
  }

  // A condition that is not understood may be true or not; a statement may do anything.
  void unknown(const json& statement, const std::string& what) {
    const std::string text = statement_text(statement);
    where_.report(what.empty() || text.find(what) != text.npos ? text : fmt::format("{}: {}", text, what));
    const std::string kind = statement.is_object() && statement.size() == 1 ? statement.begin().key() : "";
    const bool limits = kind == "set" && statement.begin().value().is_object() && statement.begin().value().contains("stmt");
    if (is_condition(kind) || limits || kind == "xt") steps_.emplace_back(unknown_test(text));
    const bool last = rule_.expressions && &statement == &rule_.expressions->back();
    if ((!is_condition(kind) && !limits && kind != "xt") || (kind == "xt" && last)) steps_.emplace_back(Deed{.what = unknown_nft_target(text)});
  }

  static Test unknown_test(const std::string& text) { return {.pred = always(), .match = unknown_nft_match(text), .counts = true, .text = text}; }

  // In iptables TPROXY drops what no socket takes; here the next rule must say so.
  bool tproxy(const json& expressions, std::size_t at) {
    const json& v = expressions[at].begin().value();
    const json& last = expressions.back();
    if (!next_ || !next_->expressions || !last.contains("accept") || next_->expressions->empty()) return false;
    const auto matches = [](const json& list) {
      json out = json::array();
      for (const json& s : list)
        if (s.contains("match")) out.push_back(s);
      std::sort(out.begin(), out.end());
      return out;
    };
    if (!next_->expressions->back().contains("drop") || matches(expressions) != matches(*next_->expressions)) return false;
    std::string words = fmt::format("-p tcp -j TPROXY --on-port {}", v.contains("port") ? v["port"].get<std::uint64_t>() : 0);
    if (v.contains("addr")) words += fmt::format(" --on-ip {}", v["addr"].get<std::string>());
    if (at + 2 < expressions.size()) {
      const json& mark = expressions[at + 1];
      if (at + 3 != expressions.size() || !mark.contains("mangle")) return false;
      const auto set = deed_of(mark, where_.scope);
      const auto* deed = set ? std::get_if<Deed>(&*set) : nullptr;
      const auto* use = deed ? std::get_if<TargetUse>(&deed->what) : nullptr;
      const auto* xmark = use && use->name == "MARK" ? use->get<Masked>("set-xmark") : nullptr;
      if (!xmark) return false;
      words += fmt::format(" --tproxy-mark {:#x}/{:#x}", xmark->value, xmark->mask);
    }
    end_conditions();
    steps_.emplace_back(Deed{.what = target_of(words, where_.scope.family), .ends = true});
    return true;
  }

  // --- writing ---------------------------------------------------------------------------------

  Tests leading_tests() const {
    Tests tests;
    for (const Step& s : steps_) {
      const auto* test = std::get_if<Test>(&s);
      if (!test) break;
      tests.push_back(*test);
    }
    return tests;
  }

  using Target = decltype(Rule::target);

  void push(std::size_t chain, const Tests& tests, Target target) {
    Rule rule;
    if (!conditions(tests, where_.scope.family, rule)) return;
    rule.target = std::move(target);
    rule.line = static_cast<unsigned>(rule_.handle);
    rules(chain).push_back(std::move(rule));
  }

  static Target target_from(const std::variant<Verdict, Jump>& what) {
    if (const auto* verdict = std::get_if<Verdict>(&what)) return *verdict;
    return std::get<Jump>(what);
  }

  // `inside`: in a chain to which the rule jumped, from which `return` and `goto` would lead elsewhere.
  Target target_of_deed(const Deed& deed, bool inside, bool in_choice = false) {
    if (const auto* verdict = std::get_if<Verdict>(&deed.what)) {
      if (*verdict == Verdict::accept) return target_from(where_.accepted);
      if (*verdict != Verdict::back) return *verdict;
      if (inside) throw NotUnderstood("a return behind what must be asked or done only once");
      return target_from(where_.returned);
    }
    if (const auto* call = std::get_if<Call>(&deed.what)) {
      if (call->go && inside) throw NotUnderstood("a goto behind what must be asked or done only once");
      return Jump{where_.called(call->chain), call->go || in_choice};
    }
    return std::get<TargetUse>(deed.what);
  }

  static bool counting(const Tests& tests) {
    return std::any_of(tests.begin(), tests.end(), [](const Test& t) { return t.counts; });
  }

  void emit(std::size_t chain, Tests tests, const Steps& given, bool inside) {
    Steps steps = given;
    while (!steps.empty() && std::holds_alternative<Test>(steps.front())) {
      tests.push_back(std::move(std::get<Test>(steps.front())));
      steps.erase(steps.begin());
    }
    if (steps.empty()) return push(chain, tests, {});
    if (steps.size() == 1) {
      if (const auto* choice = std::get_if<Choice>(&steps.front())) return choose(chain, std::move(tests), *choice, inside);
      return push(chain, tests, target_of_deed(std::get<Deed>(steps.front()), inside));
    }
    const bool only_deeds = std::all_of(steps.begin(), steps.end(), [](const Step& s) { return std::holds_alternative<Deed>(s); });
    const bool only_logs = only_deeds && std::all_of(steps.begin(), steps.end() - 1, [](const Step& s) { return std::get<Deed>(s).logs; });
    if (tests.empty() || (only_logs && !counting(tests))) {
      if (!std::holds_alternative<Deed>(steps.front())) throw NotUnderstood("statements behind a map of verdicts");
      push(chain, tests, target_of_deed(std::get<Deed>(steps.front()), inside));
      steps.erase(steps.begin());
      return emit(chain, only_logs ? tests : Tests{}, steps, inside);
    }
    const bool goes = only_deeds && std::get<Deed>(steps.back()).ends;
    const std::size_t helper = where_.helper();
    push(chain, tests, Jump{static_cast<int>(helper), goes});
    emit(helper, {}, steps, inside || !goes);
  }

  void choose(std::size_t chain, Tests tests, const Choice& choice, bool inside) {
    bool steady = true, calls = choice.otherwise && choice.otherwise->calls(), writes = false;
    std::vector<Tests> lookups;
    for (const Choice::Case& c : choice.cases) {
      lookups.push_back(lookup_tests(*choice.key, c.keys, where_.scope));
      calls = calls || (c.deed.calls() && !c.deed.ends);
      writes = writes || (!c.deed.calls() && !c.deed.ends);
    }
    if (choice.otherwise) {
      std::vector<const json*> all;
      for (const Choice::Case& c : choice.cases) all.insert(all.end(), c.keys.begin(), c.keys.end());
      lookups.push_back(no_lookup_tests(*choice.key, all, where_.scope));
    }
    steady = is_steady(*choice.key, where_.scope);
    if (writes && !steady) throw NotUnderstood("a map of something that the rule itself changes");
    bool in_choice = false;
    if ((counting(tests) && lookups.size() > 1) || (calls && !steady)) {
      if (writes) throw NotUnderstood("a map behind something that counts");
      const std::size_t helper = where_.helper();
      push(chain, std::exchange(tests, {}), Jump{static_cast<int>(helper), false});
      chain = helper;
      inside = in_choice = true;
    }
    for (std::size_t i = 0; i < lookups.size(); ++i) {
      const Deed& deed = i < choice.cases.size() ? choice.cases[i].deed : *choice.otherwise;
      Tests all = tests;
      all.insert(all.end(), lookups[i].begin(), lookups[i].end());
      all.insert(all.end(), deed.needs.begin(), deed.needs.end());
      push(chain, all, target_of_deed(deed, inside, in_choice));
    }
  }

  const ListedRule& rule_;
  const ListedRule* next_;
  const Surroundings& where_;
  Steps steps_;
  Gathered gathered_;
  Counters counters_;
};

}  // namespace

void make_rules(const ListedRule& rule, const ListedRule* next, const Surroundings& where) { Maker(rule, next, where).make(); }

bool concerns(const ListedRule& rule, const Scope& scope) {
  if (!rule.expressions) return false;
  for (const json& statement : *rule.expressions) {
    if (!statement.is_object() || !statement.contains("match")) continue;
    try {
      for (const Test& t : match_tests(statement["match"], scope))
        if (!t.match && t.pred.kind == Pred::Kind::never) return false;
    } catch (const NotUnderstood&) {
      continue;
    } catch (const json::exception&) {
      continue;
    }
  }
  return true;
}

}  // namespace fwsim::nft_json
