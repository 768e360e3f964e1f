// fwsim threats: attacks tried against a ruleset.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/ask_all.hh"
#include "cli/load.hh"
#include "lint/lockout.hh"
#include "lint/services.hh"
#include "model/value.hh"
#include "reports/threats_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

std::string endpoint(Family family, const std::string& address, unsigned port) { return family == Family::v4 ? fmt::format("{}:{}", address, port) : fmt::format("[{}]:{}", address, port); }

// The address that strangers reach the host at, and by which device.
void find_address(AttackTarget& target) {
  const Family family = target.family();
  target.address = family == Family::v4 ? "198.51.100.7" : "2001:db8:1::7";
  const Ruleset *v4 = family == Family::v4 ? target.ruleset : nullptr, *v6 = family == Family::v6 ? target.ruleset : nullptr;
  target.device = likely_device(v4, v6);
  if (!target.described) return;
  const auto take = [&](const Interface& i) {
    for (const InterfaceAddress& a : i.addresses)
      if (a.family == family && (family == Family::v4 || (a.address >> 118) != 0x3fa)) {
        target.device = i.name;
        target.address = address_text(family, a.address);
        return true;
      }
    return false;
  };
  for (const Route& route : target.host.routes)
    if (route.family == family && route.destination.mask == 0 && !route.hops.empty())
      if (const Interface* i = target.host.find(route.hops.front().device); i && take(*i)) return;
  for (const Interface& i : target.host.interfaces)
    if (!i.loopback && take(i)) return;
}

class ServiceFinder {
 public:
  explicit ServiceFinder(AttackTarget& target) : t_(target) {}

  void find(const std::vector<unsigned>& ports, const Host* host) {
    const Services services = find_services(*t_.ruleset, host, false);
    for (const ServiceRow& row : services.rows)
      if (row.protocol.find("tcp") != row.protocol.npos) name_ports(row.ports);
    for (unsigned port : ports) {
      consider(6, port);
      consider(17, port);
      t_.tcp_named.push_back({port, port});
    }
    // Ports that a rule names, then well-known ones that are open because all are, then whatever lets packets in.
    take(services, true);
    if (ports.empty()) {
      for (unsigned port : {443U, 80U, 22U}) consider(6, port);
      for (unsigned port : {53U, 123U, 161U, 389U, 1900U}) consider(17, port);
    }
    take(services, false);
    for (auto* list : {&t_.tcp, &t_.udp}) std::stable_sort(list->begin(), list->end(), [](const Service& a, const Service& b) { return a.anybody > b.anybody; });
    for (const Service& s : t_.tcp)
      if (s.port == 22 && !t_.ssh) t_.ssh = s;
    if (!ports.empty() && !t_.ssh && !t_.tcp.empty()) t_.ssh = t_.tcp.front();
  }

 private:
  // "22,80-90". Half of all ports are none in particular.
  void name_ports(const std::string& text) {
    for (std::string_view piece : split(text, ',')) {
      const std::size_t dash = piece.find('-');
      const auto low = read_number(piece.substr(0, dash)), high = dash == piece.npos ? low : read_number(piece.substr(dash + 1));
      if (low && high && *high - *low < 32768) t_.tcp_named.push_back({*low, *high});
    }
  }

  void consider(unsigned protocol, unsigned port, const std::string& witness = {}) {
    std::vector<Service>& list = protocol == 6 ? t_.tcp : t_.udp;
    if (port == 0 || std::any_of(list.begin(), list.end(), [&](const Service& s) { return s.port == port; })) return;
    const std::string stranger = endpoint(t_.family(), t_.family() == Family::v4 ? "203.0.113.77" : "2001:db8:77::77", 40000);
    const std::string open = fmt::format("{} {} -> {} in {}{}", protocol == 6 ? "tcp" : "udp", stranger, endpoint(t_.family(), t_.address, port), t_.device, protocol == 6 ? " syn" : "");
    if (gets_through(try_packet(t_, open).fate))
      list.push_back({protocol, static_cast<std::uint16_t>(port), open, true});
    else if (!witness.empty())
      list.push_back({protocol, static_cast<std::uint16_t>(port), witness, false});
  }

  void take(const Services& services, bool named) {
    for (const ServiceRow& row : services.rows)
      for (const ServiceSource& source : row.sources) {
        QuestionFault fault;
        const auto q = read_question(source.packet, fault);
        if (!q || row.way != Way::input || (q->packet.protocol != 6 && q->packet.protocol != 17)) continue;
        const auto port = static_cast<unsigned>(q->packet.fields.number(Field::dport));
        if (!named || row.ports.starts_with(fmt::format("{}", port))) consider(q->packet.protocol, port, source.packet);
      }
  }

  AttackTarget& t_;
};

// "tcp 10.0.0.0/8 -> :22 in eth0": the first of them, and the first port.
bool set_admin(AttackTarget& target, const std::string& text, const Common& common) {
  QuestionFault fault;
  const auto admin = read_admin(text, fault);
  if (!admin) {
    print_diagnostics({diagnostic_of(fault, text, "--admin")}, common);
    return false;
  }
  const Traffic& t = admin->traffic;
  Random random(1);
  const u128 from = t.src.empty() ? random_source(target.family(), random) : t.src.front().low + (t.src.front().high > t.src.front().low ? 1 : 0);
  const std::uint16_t port = t.dport.empty() ? std::uint16_t{22} : static_cast<std::uint16_t>(t.dport.front().low);
  const std::string device = t.in.mask == all_ones ? name_text(t.in.address) : target.device;
  target.ssh = Service{6, port, fmt::format("tcp {} -> {} in {} syn", endpoint(target.family(), address_text(target.family(), from), 40000), endpoint(target.family(), target.address, port), device), false};
  return true;
}

}  // namespace

int run_threats(const ThreatsArgs& args, const Common& common) {
  if (args.rate < 0.1 || args.rate > 1e6 || args.seconds <= 0 || args.rate * args.seconds > 1e6) {
    fmt::print(stderr, "fwsim: --rate takes 0.1 to 1000000 packets a second, and --rate times --seconds at most 1000000\n");
    return status_bad;
  }
  for (const std::string& name : args.only) {
    std::vector<std::string_view> names;
    for (const Attack& attack : all_attacks()) names.push_back(attack.name);
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string near = did_you_mean(name, names);
    std::string all;
    for (std::string_view n : names) all += (all.empty() ? "" : ", ") + std::string(n);
    fmt::print(stderr, "fwsim: there is no experiment '{}'{}; there are {}\n", name, near.empty() ? "" : fmt::format(", did you mean '{}'?", near), all);
    return status_bad;
  }
  RuleArgs rules = args.rules;
  if (rules.rules.empty()) rules.rules = args.file;
  auto setting = load_for_proofs(rules, args.host, common);
  if (!setting) return status_bad;
  std::string text;
  const bool both = setting->v4 && setting->v6, json = args.format == "json";
  for (Family family : {Family::v4, Family::v6}) {
    const Ruleset* ruleset = setting->rules(family);
    if (!ruleset) continue;
    AttackTarget target{.ruleset = ruleset, .host = setting->host, .described = is_described(setting->host), .seed = args.seed, .rate = args.rate, .seconds = args.seconds};
    find_address(target);
    if (target.described && !target.host.find(target.device)) {
      fmt::print(stderr, "fwsim: the host has no address or device that strangers could reach\n");
      return status_bad;
    }
    ServiceFinder(target).find(args.ports, known_host(*setting));
    if (!args.admin.empty() && !set_admin(target, args.admin, common)) return status_bad;
    std::vector<AttackResult> results;
    for (const Attack& attack : all_attacks())
      if (args.only.empty() || std::find(args.only.begin(), args.only.end(), attack.name) != args.only.end()) results.push_back(run_attack(attack, target));
    if (both && !json) text += family == Family::v4 ? "IPv4:\n" : "IPv6:\n";
    if (both && json) text += text.empty() ? "[\n" : ",\n";
    text += json ? threats_json(target, results) : threats_text(target, results, common.colour);
    if (!target.described) setting->host.assumed.push_back(fmt::format("{} is an address of this host; attackers come in by {}", target.address, target.device));
  }
  if (both && json) text += "]\n";
  fmt::print("{}", text);
  say_assumptions(setting->host.assumed);
  return status_good;
}

}  // namespace fwsim
