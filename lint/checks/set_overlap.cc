#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/set_uses.hh"

namespace fwsim::checks {
namespace {

// Networks that the next wider one of the set holds already, and the first of them with it.
std::size_t held(const IpSet& set, std::string& example) {
  SetElements nets = set.elements;
  std::sort(nets.begin(), nets.end(), [](const SetElement& a, const SetElement& b) { return a.first != b.first ? a.first < b.first : a.first_length < b.first_length; });
  std::vector<const SetElement*> around;   // wider first
  std::size_t n = 0;
  for (const SetElement& net : nets) {
    const auto holds = [&](const SetElement& wide) { return (net.first & prefix_mask(set.family, wide.first_length)) == wide.first; };
    while (!around.empty() && !holds(*around.back())) around.pop_back();
    // An exception, and what is excepted from that, is no repetition.
    if (!around.empty() && around.back()->nomatch == net.nomatch && ++n == 1)
      example = fmt::format("{}/{} in {}/{}", address_text(set.family, net.first), net.first_length, address_text(set.family, around.back()->first), around.back()->first_length);
    around.push_back(&net);
  }
  return n;
}

void run(const Facts& facts, Findings& findings) {
  for (const auto& uses : by_set(set_uses(facts))) {
    const IpSet* set = set_of(facts, uses.front().name);
    // Counters and timeouts are of each by itself.
    if (!set || set->type->name != "hash:net" || set->timeout || set->counters || set->skbinfo) continue;
    std::string example;
    const std::size_t n = held(*set, example);
    if (n == 0) continue;
    findings.add(uses.front().id, fmt::format("asks for the set {}: {} of its {} networks {} inside others ({})", set->name, n, set->elements.size(), n == 1 ? "is" : "are", example)).hint = "leave them out: the answers are the same";
  }
}

}  // namespace

const Check set_overlap{
    .id = "FW836", .name = "set-overlap",
    .title = "networks of a set lie inside others of it",
    .why = "They change nothing; lists that are put together from several sources grow until they do not fit (maxelem).",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set banned src -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set excepted src -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "I12",
    .host = "sets = \"ipset.save\"\n",
    .sets = "create banned hash:net family inet\n"
            "add banned 10.0.0.0/8\n"
            "add banned 10.1.0.0/16\n"
            "create excepted hash:net family inet\n"
            "add excepted 10.0.0.0/8\n"
            "add excepted 10.1.0.0/16 nomatch\n"
            "add excepted 10.1.2.0/24\n",
    .run = run};

}  // namespace fwsim::checks
