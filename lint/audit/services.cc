// The services that the rules let others reach: are they on the list, and are some of them insecure?
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"
#include "lint/checks/exposed.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {new_in, new_through};

// Without encryption, or without a check who asks.
constexpr Service insecure[] = {
    {over_tcp, {21, 21}, "FTP"},           {over_tcp, {23, 23}, "telnet"},   {over_udp, {69, 69}, "TFTP"},           {over_tcp, {110, 110}, "POP3"},
    {over_tcp, {111, 111}, "portmapper"},  {over_udp, {111, 111}, "portmapper"}, {over_udp, {137, 138}, "NetBIOS"},  {over_tcp, {139, 139}, "NetBIOS"},
    {over_tcp, {143, 143}, "IMAP"},        {over_udp, {161, 161}, "SNMP"},   {over_tcp, {389, 389}, "LDAP"},         {over_tcp, {512, 514}, "rexec, rlogin, rsh"},
    {over_udp, {514, 514}, "syslog"},      {over_tcp, {5900, 5903}, "VNC"},  {over_tcp, {6000, 6063}, "X11"},
};

std::string ports_text(const std::vector<Range>& ranges) {
  std::string out;
  std::size_t shown = 0;
  for (const Range& r : ranges) {
    if (++shown > 8) return out + " and more";
    out += fmt::format("{}{}", out.empty() ? "" : ",", static_cast<unsigned>(r.low));
    if (r.high != r.low) out += fmt::format("-{}", static_cast<unsigned>(r.high));
  }
  return out;
}

std::vector<Range> ports_of(const Space& space, const Piece& piece) {
  const Var v = space.of(Field::dport);
  return v == no_var ? std::vector<Range>{{0, 65535}} : space.ranges(v, piece[v]);
}

std::vector<Range> minus(std::vector<Range> ranges, const std::vector<NumRange>& listed) {
  for (const NumRange& out : listed) {
    std::vector<Range> left;
    for (const Range& r : ranges) {
      if (out.high < r.low || out.low > r.high) {
        left.push_back(r);
        continue;
      }
      if (r.low < out.low) left.push_back({r.low, out.low - 1});
      if (r.high > out.high) left.push_back({out.high + 1, r.high});
    }
    ranges = std::move(left);
  }
  return ranges;
}

std::string where(Way way) { return way == Way::forward ? " behind this host" : ""; }

Judgement judge_listed(const Audited& a) {
  Judgement j;
  const Space& space = a.space();
  const std::vector<SiteService>& list = a.settings().site.open;
  if (list.empty()) j.cannot_tell("which services are approved: [site] public of .fwsim.toml lists those that are meant for everyone");
  std::vector<std::string> said;
  for (const Asked& question : put)
    for (const Class& c : a.of(question).passed) {
      const std::vector<Piece> pieces = from_elsewhere(a, c);
      for (const Kind& kind : {Kind{6, "tcp"}, Kind{17, "udp"}, Kind{a.family() == Family::v4 ? 1U : 58U, a.family() == Family::v4 ? "icmp" : "ipv6-icmp"}}) {
        std::vector<Piece> more;     // beyond the list
        std::vector<Range> ports, all_ports;
        bool whole = false;
        std::vector<NumRange> listed;
        for (const SiteService& s : list)
          if (s.proto == kind.protocol) {
            whole = whole || s.ports.empty();
            listed.insert(listed.end(), s.ports.begin(), s.ports.end());
          }
        const bool has_ports = kind.protocol == 6 || kind.protocol == 17;
        const std::vector<Piece> of_kind = of_protocol(space, pieces, kind.protocol);
        if (of_kind.empty()) continue;
        for (const Piece& piece : of_kind) {
          if (has_ports)
            for (const Range& r : ports_of(space, piece)) all_ports.push_back(r);
          if (whole) continue;
          const std::vector<Range> left = has_ports ? minus(ports_of(space, piece), listed) : std::vector<Range>{{0, 0}};
          if (left.empty()) continue;
          more.push_back(has_ports ? part_of(space, piece, Field::dport, left).value_or(piece) : piece);
          if (has_ports)
            for (const Range& r : left) ports.push_back(r);
        }
        const auto name = [&](std::vector<Range> which) {
          std::sort(which.begin(), which.end(), [](const Range& x, const Range& y) { return std::pair(x.low, x.high) < std::pair(y.low, y.high); });
          which.erase(std::unique(which.begin(), which.end(), [](const Range& x, const Range& y) { return x.low == y.low && x.high == y.high; }), which.end());
          return has_ports ? fmt::format("{} {}", kind.name, ports_text(which)) : std::string(kind.name);
        };
        if (!list.empty() && !more.empty() && from_anywhere(space, more)) {
          j.fail(fmt::format("{}{} is open to everyone, and not on the list", name(ports), where(c.way)));
          j.evidence.push_back(shown(a, fmt::format("{} lets anybody reach {}{}", a.name(c), name(ports), where(c.way)), c, more));
          if (c.by) j.fix.push_back(a.remove(*c.by));
        } else {
          std::string text = fmt::format("{}{}: {}, by {}", name(all_ports), where(c.way), from_anywhere(space, of_kind) ? (more.empty() && !list.empty() ? "from anywhere, as listed" : "from anywhere") : "from some addresses or devices only", a.name(c));
          if (std::find(said.begin(), said.end(), text) != said.end()) continue;
          said.push_back(text);
          j.evidence.push_back({.text = std::move(text), .by = c.by ? std::vector<Spot>{a.facts().place(*c.by)} : std::vector<Spot>{}, .packet = {}});
        }
      }
    }
  for (const Asked& question : put)
    if (!a.of(question).complete) j.cannot_tell("the ruleset is too large, and not all was looked at");
  return j;
}

Judgement judge_insecure(const Audited& a) {
  Judgement j;
  const Space& space = a.space();
  std::string closed;
  std::size_t seen = 0;
  for (const Asked& question : put)
    for (const Service& service : insecure) {
      const Range port = service.ports;
      const std::string name = fmt::format("{} ({} {}{})", service.name, service.protocol == over_tcp ? "tcp" : "udp", static_cast<unsigned>(port.low),
                                           port.low == port.high ? "" : fmt::format("-{}", static_cast<unsigned>(port.high)));
      for (const Class& c : a.of(question).passed) {
        std::vector<Piece> to;
        for (const Piece& piece : of_protocol(space, from_elsewhere(a, c), service.protocol))
          if (auto part = part_of(space, piece, Field::dport, {port})) to.push_back(std::move(*part));
        if (to.empty()) continue;
        ++seen;
        const bool unclear = std::all_of(to.begin(), to.end(), [&](const Piece& p) { return side_of(a, c.way, p) == Side::unclear; });
        if (!from_anywhere(space, to) || unclear) {
          j.evidence.push_back(shown(a, fmt::format("{}{}: from some addresses or devices only, by {}", name, where(c.way), a.name(c)), c, to));
          continue;
        }
        j.fail(fmt::format("{}{} is open to everyone", name, where(c.way)));
        j.evidence.push_back(shown(a, fmt::format("{} lets anybody reach {}{}", a.name(c), name, where(c.way)), c, to));
        if (question.way == Way::input) j.fix.push_back(fmt::format("{} -I INPUT 1 ! -i lo -p {} --dport {} -j DROP", a.tool(), service.protocol == over_tcp ? "tcp" : "udp",
                                    port.low == port.high ? fmt::format("{}", static_cast<unsigned>(port.low)) : fmt::format("{}:{}", static_cast<unsigned>(port.low), static_cast<unsigned>(port.high))));
      }
    }
  if (seen == 0) {
    std::set<std::string_view> names;
    for (const Service& service : insecure) names.insert(service.name);
    for (std::string_view name : names) closed += fmt::format("{}{}", closed.empty() ? "" : ", ", name);
    j.evidence.push_back({.text = fmt::format("no new connection from outside reaches the ports of {}", closed), .by = {}, .packet = {}});
  } else if (j.answer == Judgement::Answer::pass) {
    j.evidence.push_back({.text = "limits of where from are all that rules can do about them; what else mitigates them, the rules do not show", .by = {}, .packet = {}});
  }
  for (const Asked& question : put)
    if (!a.of(question).complete) j.cannot_tell("the ruleset is too large, and not all was looked at");
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion services_listed{.name = "services-listed", .text = "is everything that others can reach on the list of approved services?", .asks = put, .judge = judge_listed};
const AuditQuestion insecure_services{.name = "insecure-services", .text = "are services without encryption kept from everyone?", .asks = put, .judge = judge_insecure};

}  // namespace questions
}  // namespace fwsim
