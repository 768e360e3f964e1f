#include "parser/print.hh"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace fwsim {
namespace {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept: return "ACCEPT";
    case Verdict::drop: return "DROP";
    case Verdict::back: return "RETURN";
    case Verdict::queue: return "QUEUE";
  }
  return {};
}

void print_basic(const BasicMatch& b, Family family, std::string& out) {
  const auto begin = [&](bool inverted, std::string_view option) {
    if (inverted) out += " !";
    out += ' ';
    out += option;
  };
  const auto address = [&](const Prefix& p, bool inverted, std::string_view option) {
    if (p.mask == 0 && !inverted) return;
    begin(inverted, option);
    out += ' ';
    out += prefix_text(family, p);
  };
  const auto device = [&](const Prefix& p, bool inverted, std::string_view option) {
    if (p.mask == 0) return;  // "-i +" says nothing; iptables loses "! -i +" here as well
    begin(inverted, option);
    out += ' ';
    out += interface_text(p);
  };
  address(b.src, b.not_src, "-s");
  address(b.dst, b.not_dst, "-d");
  device(b.in(), b.not_in, "-i");
  device(b.out(), b.not_out, "-o");
  if (b.proto != 0) {
    begin(b.not_proto, "-p ");
    out += protocol_text(b.proto);
  }
  if (b.fragment) begin(b.not_fragment, "-f");
}

void print_body(const Rule& rule, const Table& table, Family family, std::string& out, bool counters = false) {
  print_basic(rule.basic, family, out);
  for (const MatchUse& match : rule.matches) {
    out += " -m ";
    out += match.name;
    print_options(match, family, out);
  }
  if (counters) out += fmt::format(" -c {} {}", rule.counters.packets, rule.counters.bytes);
  if (const auto* verdict = std::get_if<Verdict>(&rule.target)) {
    out += " -j ";
    out += verdict_name(*verdict);
  } else if (const auto* jump = std::get_if<Jump>(&rule.target)) {
    out += jump->go ? " -g " : " -j ";
    out += table.chains[static_cast<std::size_t>(jump->chain)].name;
  } else if (const auto* use = std::get_if<TargetUse>(&rule.target)) {
    out += " -j ";
    out += use->name;
    print_options(*use, family, out);
  }
}

void print_table(const Table& table, Family family, const PrintOptions& options, std::string& out) {
  out += fmt::format("*{}\n", table_name(table.id));
  for (const Chain& chain : table.chains) out += print_chain(chain) + '\n';
  for (const Chain& chain : table.chains)
    for (const Rule& rule : chain.rules) {
      if (options.counters) out += fmt::format("[{}:{}] ", rule.counters.packets, rule.counters.bytes);
      out += "-A ";
      out += chain.name;
      print_body(rule, table, family, out);
      out += '\n';
    }
  out += "COMMIT\n";
}

}  // namespace

std::string print_chain(const Chain& chain) {
  return fmt::format(":{} {} [{}:{}]", chain.name, chain.hook ? verdict_name(chain.policy) : "-", chain.counters.packets, chain.counters.bytes);
}

std::string print_rule_body(const Rule& rule, const Table& table, Family family) {
  std::string out;
  print_body(rule, table, family, out);
  return out.empty() ? out : out.substr(1);
}

std::string print_rule(const Rule& rule, const Chain& chain, const Table& table, Family family, bool counters) {
  std::string out = "-A " + chain.name;
  print_body(rule, table, family, out, counters);
  return out;
}

std::string print_ruleset(const Ruleset& ruleset, const PrintOptions& options) {
  std::string out;
  if (options.keep_order)
    for (const Table& table : ruleset.tables) print_table(table, ruleset.family, options, out);
  else
    std::for_each(ruleset.tables.rbegin(), ruleset.tables.rend(),
                  [&](const Table& table) { print_table(table, ruleset.family, options, out); });
  return out;
}

}  // namespace fwsim
