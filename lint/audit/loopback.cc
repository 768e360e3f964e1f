// Loopback: programs reach each other over lo, and nobody else has such an address.
#include <fmt/format.h>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {
    {Way::input, "any 127.0.0.0/8 -> 127.0.0.0/8 in lo", Family::v4},
    {Way::output, "any 127.0.0.0/8 -> 127.0.0.0/8 out lo", Family::v4},
    {Way::input, "any ::1 -> ::1 in lo", Family::v6},
    {Way::output, "any ::1 -> ::1 out lo", Family::v6},
    {Way::input, "any 127.0.0.0/8 -> any", Family::v4},
    {Way::input, "any ::1 -> any", Family::v6},
    {Way::input, "any 127.0.0.0/8 -> any", Family::v4, true},
    {Way::input, "any ::1 -> any", Family::v6, true},
};

void judge_own(const Audited& a, Judgement& j) {
  for (const Asked& question : {put[a.family() == Family::v4 ? 0 : 2], put[a.family() == Family::v4 ? 1 : 3]}) {
    const bool in = question.way == Way::input;
    const Answered& answered = a.of(question);
    const std::string_view does = in ? "comes in by lo" : "leaves by lo";
    if (answered.all_pass()) {
      std::vector<const Class*> by;
      for (const Class& c : answered.passed) by.push_back(&c);
      j.evidence.push_back(shown(a, fmt::format("all that {} passes, by {}", does, a.names(by)), answered.passed.front()));
      continue;
    }
    const Class* first = nullptr;
    for (const Class& c : answered.stopped)
      if (!c.vague && !first) first = &c;
    if (!first) {
      j.cannot_tell(fmt::format("whether all that {} passes hangs on what the ruleset does not say", does));
      continue;
    }
    j.fail(fmt::format("not all that {} passes", does));
    j.evidence.push_back(shown(a, fmt::format("{} stops what {}", a.name(*first), does), *first));
    j.fix.push_back(fmt::format("{} -I {} 1 {} lo -j ACCEPT", a.tool(), in ? "INPUT" : "OUTPUT", in ? "-i" : "-o"));
  }
}

void judge_spoofed(const Audited& a, Judgement& j) {
  const std::string_view net = a.family() == Family::v4 ? "127.0.0.0/8" : "::1";
  bool bad = false;
  const Answered& real = a.of(put[a.family() == Family::v4 ? 4 : 5]);
  for (const Class& c : real.passed)
    if (const std::vector<Piece> pieces = from_elsewhere(a, really(c)); !pieces.empty()) {
      bad = true;
      j.evidence.push_back(shown(a, fmt::format("{} lets in packets from {} by other devices than lo, and the kernel does not stop them", a.name(c), net), c, pieces));
    }
  const Answered& by_rules = a.of(put[a.family() == Family::v4 ? 6 : 7]);
  std::vector<const Class*> lets;
  for (const Class& c : by_rules.passed)
    if (!from_elsewhere(a, c).empty()) lets.push_back(&c);
  const char* kernel = a.family() == Family::v4 ? "the kernel itself drops them while net.ipv4.conf.all.route_localnet is 0" : "the kernel itself drops them";
  if (!lets.empty()) {
    j.fail(fmt::format("no rule keeps out packets from {} that come by other devices than lo", net));
    if (!bad) {
      Evidence e{.text = fmt::format("{} would let in packets from {} by other devices than lo; {}, so none gets in", a.names(lets), net, kernel), .by = {}, .packet = {}};
      for (const Class* c : lets)
        if (c->by) e.by.push_back(a.facts().place(*c->by));
      j.evidence.push_back(std::move(e));
    }
    j.fix.push_back(fmt::format("{} -I INPUT 1 ! -i lo -s {} -j DROP", a.tool(), net));
    return;
  }
  if (!by_rules.complete) return j.cannot_tell("the ruleset is too large, and not all was looked at");
  std::vector<const Class*> stops;
  for (const Class& c : by_rules.stopped)
    if (!from_elsewhere(a, c).empty()) stops.push_back(&c);
  Evidence e{.text = fmt::format("no new connection from {} comes in by another device than lo: {} stops it; {} too", net, a.names(stops), kernel), .by = {}, .packet = {}};
  for (const Class* c : stops)
    if (c->by) e.by.push_back(a.facts().place(*c->by));
  j.evidence.push_back(std::move(e));
}

Judgement judge(const Audited& a) {
  Judgement j;
  judge_own(a, j);
  judge_spoofed(a, j);
  return j;
}

Judgement judge_only_spoofed(const Audited& a) {
  Judgement j;
  judge_spoofed(a, j);
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion loopback{.name = "loopback", .text = "does all pass over lo, and nothing with its addresses by other devices?", .asks = put, .judge = judge};
const AuditQuestion loopback_spoofed{.name = "loopback-spoofed", .text = "are loopback addresses from elsewhere kept out by a rule?", .asks = put, .judge = judge_only_spoofed};

}  // namespace questions
}  // namespace fwsim
