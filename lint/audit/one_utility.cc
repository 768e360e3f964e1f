// Whose chains are in the ruleset: two programs that each believe to own it undo each other's work.
#include <fmt/format.h>

#include <set>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"
#include "lint/managers.hh"

namespace fwsim {
namespace {

constexpr std::string_view utilities[] = {"ufw", "firewalld", "shorewall"};

// Utilities that wrote chains, each with the first of them.
std::vector<std::pair<std::string_view, Evidence>> found(const Audited& a) {
  std::vector<std::pair<std::string_view, Evidence>> out;
  for (std::string_view utility : utilities)
    for (const Table& table : a.ruleset().tables) {
      std::size_t n = 0;
      Spot first;
      for (std::size_t c = 0; c < table.chains.size(); ++c)
        if (const Manager* m = manager_of(a.ruleset(), table.chains[c].name); m && m->name == utility && n++ == 0) first = a.facts().chain_place(table.id, static_cast<std::uint16_t>(c));
      if (n == 0) continue;
      out.push_back({utility, {.text = fmt::format("{} made {} chain{} of {}, the first {}", utility, n, n == 1 ? "" : "s", table_name(table.id), a.name(first)), .by = {first}, .packet = {}}});
    }
  return out;
}

Judgement judge_one(const Audited& a) {
  Judgement j;
  std::set<std::string_view> names;
  for (auto& [name, evidence] : found(a)) {
    names.insert(name);
    j.evidence.push_back(std::move(evidence));
  }
  if (names.size() > 1) {
    std::string list;
    for (std::string_view name : names) list += fmt::format("{}{}", list.empty() ? "" : " and ", name);
    j.fail(fmt::format("chains of {} are in the same ruleset", list));
    j.fix.emplace_back("systemctl disable --now firewalld   # or: ufw disable");
    return j;
  }
  if (names.empty()) j.evidence.push_back({.text = "no chain of ufw, firewalld or shorewall is in the ruleset", .by = {}, .packet = {}});
  j.cannot_tell("the ruleset shows no second utility; whether nftables or another service is in use as well it cannot show");
  return j;
}

Judgement judge_ufw(const Audited& a) {
  Judgement j;
  for (auto& [name, evidence] : found(a))
    if (name == "ufw") {
      j.evidence.push_back(std::move(evidence));
      if (j.why.empty()) j.fail("ufw has written chains into the ruleset");
    }
  if (j.answer == Judgement::Answer::fail)
    j.fix.emplace_back("ufw disable   # or audit by the controls for ufw");
  else
    j.evidence.push_back({.text = "no chain of ufw is in the ruleset, and an active ufw always has some", .by = {}, .packet = {}});
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion one_utility{.name = "one-utility", .text = "does only one program write rules?", .judge = judge_one};
const AuditQuestion ufw_unused{.name = "ufw-unused", .text = "is ufw out of use?", .judge = judge_ufw};

}  // namespace questions
}  // namespace fwsim
