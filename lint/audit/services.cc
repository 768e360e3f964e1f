// The services that the rules let others reach: are they on the list, and are some of them insecure?
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"
#include "lint/checks/exposed.hh"

namespace fwsim {
namespace {

// The ports are named, so that they are told apart.
constexpr Asked put[] = {new_in, new_through, {Way::input, "tcp any -> any:21,23,110,111,139,143,389,512-514,5900-5903,6000-6063"}, {Way::input, "udp any -> any:69,111,137-138,161,514"}};

// Without encryption, or without a check who asks.
constexpr ExposedService insecure[] = {
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

std::vector<Range> ports_in(const Space& space, const Piece& piece) {
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

bool forwarding_known(const Audited& a) { return a.host() != nullptr; }

std::string where(Way way) { return way == Way::forward ? " behind this host" : ""; }

Judgement judge_listed(const Audited& a) {
  Judgement j;
  const Space& space = a.space();
  const std::vector<SiteService>& list = a.settings().site.open;
  if (list.empty()) j.cannot_tell("which services are approved: [site] public of .fwsim.toml lists those that are meant for everyone");
  std::vector<std::string> said;
  for (const Asked& question : new_from_outside)
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
            for (const Range& r : ports_in(space, piece)) all_ports.push_back(r);
          if (whole) continue;
          const std::vector<Range> left = has_ports ? minus(ports_in(space, piece), listed) : std::vector<Range>{{0, 0}};
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
        const bool everyone = from_anywhere(space, ordinary(a, c.way, of_kind)) &&
                              !std::all_of(of_kind.begin(), of_kind.end(), [&](const Piece& p) { return side_of(a, c.way, p) == Side::unclear; });
        if (!list.empty() && !more.empty() && everyone && from_anywhere(space, ordinary(a, c.way, more))) {
          const std::string text = fmt::format("{}{} is open to everyone, and not on the list", name(ports), where(c.way));
          if (c.way == Way::forward && !forwarding_known(a))
            j.cannot_tell(text + ", if this host forwards, which --host or --snapshot tells");
          else
            j.fail(text);
          j.evidence.push_back(shown(a, fmt::format("{} lets anybody reach {}{}", a.name(c), name(ports), where(c.way)), c, more));
          if (c.by) j.fix.push_back(a.remove(*c.by));
        } else {
          std::string text = fmt::format("{}{}: {}, by {}", name(all_ports), where(c.way), !everyone ? "from some addresses or devices only" : more.empty() && !list.empty() ? "from anywhere, as listed" : "from anywhere", a.name(c));
          if (std::find(said.begin(), said.end(), text) != said.end()) continue;
          said.push_back(text);
          j.evidence.push_back({.text = std::move(text), .by = c.by ? std::vector<Spot>{a.facts().place(*c.by)} : std::vector<Spot>{}, .packet = {}});
        }
      }
    }
  for (const Asked& question : new_from_outside)
    if (!a.of(question).complete) j.cannot_tell("the ruleset is too large, and not all was looked at");
  return j;
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

std::string service_name(const ExposedService& s) {
  const auto low = static_cast<unsigned>(s.ports.low), high = static_cast<unsigned>(s.ports.high);
  return fmt::format("{} ({} {}{})", s.name, s.protocol == over_tcp ? "tcp" : "udp", low, low == high ? "" : fmt::format("-{}", high));
}

std::string drop_rule(const Audited& a, const ExposedService& s) {
  const auto low = static_cast<unsigned>(s.ports.low), high = static_cast<unsigned>(s.ports.high);
  return fmt::format("{} -I INPUT 1 ! -i lo -p {} --dport {}{} -j DROP", a.tool(), s.protocol == over_tcp ? "tcp" : "udp", low, low == high ? "" : fmt::format(":{}", high));
}

Judgement judge_insecure(const Audited& a) {
  Judgement j;
  const Space& space = a.space();
  bool limited = false, any = false;
  for (const Asked& question : new_from_outside)
    for (const Class& c : a.of(question).passed) {
      std::vector<std::string> open, some;
      std::vector<Piece> open_to, some_to;
      for (const ExposedService& service : insecure) {
        std::vector<Piece> to;
        for (const Piece& piece : of_protocol(space, from_elsewhere(a, c), service.protocol))
          if (auto part = part_of(space, piece, Field::dport, {service.ports})) to.push_back(std::move(*part));
        if (to.empty()) continue;
        const bool unclear = std::all_of(to.begin(), to.end(), [&](const Piece& p) { return side_of(a, c.way, p) == Side::unclear; });
        const bool everyone = from_anywhere(space, ordinary(a, c.way, to)) && !unclear;
        (everyone ? open : some).push_back(service_name(service));
        std::move(to.begin(), to.end(), std::back_inserter(everyone ? open_to : some_to));
        if (everyone && c.way == Way::input) j.fix.push_back(drop_rule(a, service));
      }
      any = any || !open.empty() || !some.empty();
      if (!some.empty()) {
        limited = true;
        j.evidence.push_back(shown(a, fmt::format("{}{}: from some addresses or devices only, by {}", listed(some), where(c.way), a.name(c)), c, some_to));
      }
      if (open.empty()) continue;
      const std::string text = fmt::format("{}{} {} open to everyone", listed(open), where(c.way), open.size() == 1 ? "is" : "are");
      if (c.way == Way::forward && !forwarding_known(a))
        j.cannot_tell(text + ", if this host forwards, which --host or --snapshot tells");
      else
        j.fail(text);
      j.evidence.push_back(shown(a, fmt::format("{} lets anybody reach them", a.name(c)), c, open_to));
    }
  if (!any) {
    std::vector<std::string> names;
    for (const ExposedService& service : insecure)
      if (std::find(names.begin(), names.end(), service.name) == names.end()) names.emplace_back(service.name);
    j.evidence.push_back({.text = fmt::format("no new connection from outside reaches the ports of {}", listed(names)), .by = {}, .packet = {}});
  } else if (limited && j.answer == Judgement::Answer::pass) {
    j.evidence.push_back({.text = "limits of where from are all that rules can do about them; what else mitigates them, the rules do not show", .by = {}, .packet = {}});
  }
  for (const Asked& question : new_from_outside)
    if (!a.of(question).complete) j.cannot_tell("the ruleset is too large, and not all was looked at");
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion services_listed{.name = "services-listed", .text = "is everything that others can reach on the list of approved services?", .asks = put, .judge = judge_listed};
const AuditQuestion insecure_services{.name = "insecure-services", .text = "are services without encryption kept from everyone?", .asks = put, .judge = judge_insecure};

}  // namespace questions
}  // namespace fwsim
