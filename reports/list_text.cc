// The layout is that of iptables.c, print_header() and print_firewall().
#include <fmt/format.h>

#include "reports/list_report.hh"
#include "reports/rule_prose.hh"

namespace fwsim {

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

namespace {

std::string counter(std::uint64_t number, bool exact) {
  if (exact) return fmt::format("{:8} ", number);
  return fmt::format("{:>5} ", short_count(number));
}

std::string header(const Table& table, std::size_t index, bool exact) {
  const Chain& chain = table.chains[index];
  std::string out = "Chain " + chain.name;
  const auto count = [&](std::uint64_t n) { return exact ? fmt::format("{}", n) : short_count(n); };
  if (chain.hook)
    out += fmt::format(" (policy {} {} packets, {} bytes)\n", chain.policy == Verdict::accept ? "ACCEPT" : "DROP", count(chain.counters.packets), count(chain.counters.bytes));
  else
    out += fmt::format(" ({} references)\n", references(table, index));
  out += exact ? "num      pkts      bytes " : "num   pkts bytes ";
  return out + "target     prot opt in     out     source               destination         \n";
}

std::string device(const Prefix& pattern, bool inverted) {
  return (inverted ? "!" : "") + (pattern.mask == 0 ? std::string("*") : interface_text(pattern));
}

std::string row(const Rule& rule, const Table& table, std::size_t number, Family family, bool exact) {
  const BasicMatch& b = rule.basic;
  std::string out = fmt::format("{:<4} {}{}{:<9} {}{:<5}{}{} ", number, counter(rule.counters.packets, exact), counter(rule.counters.bytes, exact),
                                target_name(rule, table), b.not_proto ? '!' : ' ', b.proto, b.fragment && b.not_fragment ? '!' : '-', b.fragment ? 'f' : '-');
  out += fmt::format(" {:<6} {:<6} ", device(b.in, b.not_in), device(b.out, b.not_out));
  out += fmt::format("{}{:<19} {}{:<19} ", b.not_src ? '!' : ' ', network_text(family, b.src), b.not_dst ? '!' : ' ', network_text(family, b.dst));
  if (const auto* jump = std::get_if<Jump>(&rule.target); jump && jump->go) out += "[goto] ";
  return out + rule_prose(rule, family) + '\n';
}

std::string finding_line(const Finding& f, bool colour) {
  constexpr int colours[] = {31, 33, 36};
  const std::string what = fmt::format("{} {}", f.id, f.check);
  return fmt::format("     ^ {}: {}{}\n", colour ? fmt::format("\033[1;{}m{}\033[0m", colours[static_cast<std::size_t>(f.severity)], what) : what,
                     f.certainty == Certainty::may ? "perhaps " : "", f.text);
}

std::string findings_of(const Listing& listing, TableId table, std::size_t chain, std::size_t index, bool of_chain) {
  std::string out;
  if (!listing.findings) return out;
  for (const Finding& f : listing.findings->findings)
    if (f.place.rule.table == table && f.place.rule.chain == chain && f.of_chain == of_chain && (of_chain || f.place.rule.index == index))
      out += finding_line(f, listing.colour);
  return out;
}

}  // namespace

std::string list_text(const Listing& listing) {
  const Ruleset& ruleset = *listing.ruleset;
  std::string out;
  bool first_table = true;
  for (const Table& table : ruleset.tables) {
    if (listing.table && table.id != *listing.table) continue;
    if (!listing.table) out += fmt::format("{}Table {}\n\n", first_table ? "" : "\n", table_name(table.id));
    first_table = false;
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      if (c > 0) out += '\n';
      out += header(table, c, listing.exact) + findings_of(listing, table.id, c, 0, true);
      for (std::size_t i = 0; i <= chain.rules.size(); ++i) {
        if (i < chain.rules.size()) out += row(chain.rules[i], table, i + 1, ruleset.family, listing.exact);
        out += findings_of(listing, table.id, c, i, false);
      }
    }
  }
  return out;
}

}  // namespace fwsim
