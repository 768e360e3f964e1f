#include "model/listing/layout.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/listing/rule_prose.hh"

namespace fwsim {
namespace {

std::string counter(std::uint64_t number, bool exact) {
  if (exact) return fmt::format("{:8} ", number);
  return fmt::format("{:>5} ", short_count(number));
}

std::string device(const Prefix& pattern, bool inverted, bool numeric) {
  return (inverted ? "!" : "") + (pattern.mask == 0 ? std::string(numeric ? "*" : "any") : interface_text(pattern));
}

// Names are asked for addresses as they stand before the mask: of hosts and networks. No name server is asked here; these
// few are those of every Debian's /etc/hosts and /etc/networks (in IPv6 the hosts differ, and there are no networks).
std::string named_network(Family family, const Prefix& prefix) {
  constexpr std::pair<std::uint32_t, const char*> names[] = {{0x7f000001, "localhost"}, {0, "default"}, {0x7f000000, "loopback"}, {0xa9fe0000, "link-local"}};
  if (family == Family::v4 ? prefix.mask == 0 : prefix.address == 0) return "anywhere";
  const std::string text = network_text(family, prefix);
  if (family == Family::v4)
    for (const auto& [address, name] : names)
      if (prefix.address == address) return name + text.substr(std::min(text.find('/'), text.size()));
  return text;
}

std::string protocol_column(const BasicMatch& b, bool numeric) {
  if (numeric) return fmt::format("{}", b.proto);
  return b.proto == 0 ? "all" : protocol_text(b.proto);
}

// Only those that iptables knows without asking /etc/protocols.
std::string known_protocol(std::uint8_t proto) {
  constexpr std::pair<int, const char*> known[] = {{6, "tcp"}, {132, "sctp"}, {17, "udp"}, {136, "udplite"}, {1, "icmp"}, {58, "ipv6-icmp"}, {50, "esp"}, {51, "ah"}, {135, "ipv6-mh"}, {0, "all"}};
  for (const auto& [number, name] : known)
    if (number == proto) return name;
  return fmt::format("{}", proto);
}

std::string fragments(const BasicMatch& b) {
  return fmt::format("{}{}", b.fragment && b.not_fragment ? '!' : '-', b.fragment ? 'f' : '-');
}

}  // namespace

std::string short_count(std::uint64_t number) {
  if (number <= 99999) return fmt::format("{}", number);
  for (const char unit : {'K', 'M', 'G'}) {
    number = (number + 500) / 1000;
    if (number <= 9999) return fmt::format("{}{}", number, unit);
  }
  return fmt::format("{}T", (number + 500) / 1000);
}

std::string_view target_name(const Rule& rule, const Table& table) {
  if (const auto* verdict = std::get_if<Verdict>(&rule.target)) {
    constexpr std::string_view names[] = {"ACCEPT", "DROP", "RETURN", "QUEUE"};
    return names[static_cast<std::size_t>(*verdict)];
  }
  if (const auto* jump = std::get_if<Jump>(&rule.target)) return table.chains[static_cast<std::size_t>(jump->chain)].name;
  if (const auto* use = std::get_if<TargetUse>(&rule.target)) return use->name == "NOTRACK" ? "CT" : use->name;   // the kernel has one for both
  return {};
}

std::string network_text(Family family, const Prefix& prefix) {
  if (prefix.mask == 0) return family == Family::v4 ? "0.0.0.0/0" : "::/0";
  return prefix.mask == address_mask(family) ? address_text(family, prefix.address) : prefix_text(family, prefix);
}

std::size_t references(const Table& table, std::size_t chain) {
  std::size_t n = 0;
  for (const Chain& other : table.chains)
    for (const Rule& rule : other.rules)
      if (const auto* jump = std::get_if<Jump>(&rule.target); jump && static_cast<std::size_t>(jump->chain) == chain) ++n;
  return n;
}

std::string list_header(const Table& table, std::size_t index, const ListStyle& style) {
  const Chain& chain = table.chains[index];
  std::string out = "Chain " + chain.name;
  const auto count = [&](std::uint64_t n) { return style.exact ? fmt::format("{}", n) : short_count(n); };
  if (!chain.hook)
    out += fmt::format(" ({} references)\n", references(table, index));
  else {
    out += fmt::format(" (policy {}", chain.policy == Verdict::accept ? "ACCEPT" : "DROP");
    if (style.verbose) out += fmt::format(" {} packets, {} bytes", count(chain.counters.packets), count(chain.counters.bytes));
    out += ")\n";
  }
  if (style.line_numbers) out += "num  ";
  if (style.verbose) out += style.exact ? "    pkts      bytes " : " pkts bytes ";
  out += "target     prot opt ";
  if (style.verbose) out += "in     out     ";
  return out + "source               destination         \n";
}

std::string list_row(const Rule& rule, const Table& table, std::size_t number, Family family, const ListStyle& style) {
  const BasicMatch& b = rule.basic;
  std::string out;
  if (style.line_numbers) out += fmt::format("{:<4} ", number);
  if (style.verbose) out += counter(rule.counters.packets, style.exact) + counter(rule.counters.bytes, style.exact);
  out += fmt::format("{:<9} {}{:<4} {} ", target_name(rule, table), b.not_proto ? '!' : ' ', protocol_column(b, style.numeric), fragments(b));
  if (style.verbose) out += fmt::format(" {:<6} {:<6} ", device(b.in(), b.not_in, style.numeric), device(b.out(), b.not_out, style.numeric));
  const auto network = style.numeric ? network_text : named_network;
  out += fmt::format("{}{:<19} {}{:<19} ", b.not_src ? '!' : ' ', network(family, b.src), b.not_dst ? '!' : ' ', network(family, b.dst));
  if (const auto* jump = std::get_if<Jump>(&rule.target); jump && jump->go) out += "[goto] ";
  return out + rule_prose(rule, family, style.numeric) + '\n';
}

std::string announce_rule(const Rule& rule, std::string_view target, Family family) {
  const BasicMatch& b = rule.basic;
  std::string out = fmt::format("{} {}{} opt {} in {} out {} ", target, b.not_proto ? '!' : ' ', known_protocol(b.proto), fragments(b),
                                device(b.in(), b.not_in, true), device(b.out(), b.not_out, true));
  out += fmt::format("{}{} {}-> {}  ", b.not_src ? '!' : ' ', network_text(family, b.src), b.not_dst ? '!' : ' ', network_text(family, b.dst));
  if (const auto* jump = std::get_if<Jump>(&rule.target); jump && jump->go) out += "[goto] ";
  return out + rule_prose(rule, family) + '\n';
}

}  // namespace fwsim
