#include <fmt/format.h>

#include <algorithm>

#include "reports/cover_report.hh"
#include "reports/packet_report.hh"

namespace fwsim {

std::vector<DepthRow> depth_rows(const Coverage& coverage) {
  std::vector<DepthRow> rows;
  for (const auto& [depth, packets] : coverage.depths()) {
    std::uint64_t step = 10;
    while (depth > step * 10) step *= 10;
    const std::uint64_t low = depth == 0 ? 0 : (depth - 1) / step * step + 1, high = depth == 0 ? 0 : low + step - 1;
    if (rows.empty() || rows.back().low != low) rows.push_back({low, high, 0});
    rows.back().packets += packets;
  }
  return rows;
}

namespace {

constexpr std::size_t most_rules = 60, most_moves = 12;

double percent(std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole); }

std::string place(const CoverReport& r, const Table& table, std::size_t chain, std::size_t index) {
  const Chain& c = table.chains[chain];
  const unsigned line = index < c.rules.size() ? c.rules[index].line : c.line;
  return rule_name(table.id, c, index) + (line == 0 ? "" : fmt::format(" ({}:{})", r.ruleset->file, line));
}

std::string clock(std::int64_t time) { return time_text(time).substr(11, 15); }

std::string depths(const CoverReport& r) {
  std::string out = fmt::format("rules looked at: {}", r.evaluations);
  out += r.packets == 0 ? "\n" : fmt::format(", {:.1f} for each packet\n", static_cast<double>(r.evaluations) / static_cast<double>(r.packets));
  for (const DepthRow& row : depth_rows(*r.coverage)) {
    const double share = percent(row.packets, r.packets);
    out += fmt::format("  {:>11} {:>9} {:5.1f} %  {}", row.low == row.high ? fmt::format("{}", row.low) : fmt::format("{}-{}", row.low, row.high), row.packets, share,
                       std::string(static_cast<std::size_t>(share / 2.5 + 0.5), '#'));
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

std::string hits(const CoverReport& r) {
  std::string out = r.coverage ? "  PACKETS      BYTES  FIRST            LAST             RULE\n" : "  PACKETS      BYTES  RULE\n";
  std::size_t shown = 0, hit = 0;
  for (const Table& table : r.counted->tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      const TableUse* uses = r.coverage ? r.coverage->uses(r.counted->family, table.id) : nullptr;
      for (std::size_t i = 0; i <= chain.rules.size(); ++i) {
        const bool rule = i < chain.rules.size();
        const Counters& n = rule ? chain.rules[i].counters : chain.counters;
        if (n.packets == 0 || (!rule && (!chain.hook || table.id != TableId::filter)) || (++hit > most_rules && !r.whole)) continue;
        ++shown;
        out += fmt::format("{:>9} {:>10}  ", n.packets, n.bytes);
        if (r.coverage) {
          const RuleUse use = uses ? (*uses)[c][i] : RuleUse{};
          out += fmt::format("{:<15}  {:<15}  ", use.seen ? clock(use.first) : "", use.seen ? clock(use.last) : "");
        }
        out += place(r, table, c, i) + (rule ? ": " + r.source(table, chain, chain.rules[i]) : chain.policy == Verdict::drop ? ": DROP" : ": ACCEPT") + "\n";
      }
    }
  if (hit > shown) out += fmt::format("  and {} more (--all shows them)\n", hit - shown);
  return out;
}

std::string never(const CoverReport& r) {
  std::string list;
  std::size_t rules = 0, unhit = 0;
  for (const Table& table : r.counted->tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      for (std::size_t i = 0; i < table.chains[c].rules.size(); ++i) {
        ++rules;
        const Rule& rule = table.chains[c].rules[i];
        if (rule.counters.packets > 0 || (++unhit > most_rules && !r.whole)) continue;
        const Counters& before = r.ruleset->find(table.id)->chains[c].rules[i].counters;
        list += fmt::format("  {}: {}{}\n", place(r, table, c, i), r.source(table, table.chains[c], rule),
                            r.coverage && r.has_counters && before.packets > 0 ? fmt::format("  (the file's counter: {})", before.packets) : "");
      }
  if (unhit == 0) return fmt::format("each of the {} rules was hit\n", rules);
  std::string out = fmt::format("never hit: {} of {} rules\n", unhit, rules) + list;
  if (!r.whole && unhit > most_rules) out += fmt::format("  and {} more (--all shows them)\n", unhit - most_rules);
  return out;
}

std::string moves(const CoverReport& r, const ChainOrder& order) {
  const Table& table = *r.ruleset->find(order.table);
  const Chain& chain = table.chains[order.chain];
  std::string out;
  std::size_t shown = 0;
  const std::vector<std::uint32_t> moved = order.moved();
  for (std::uint32_t i : moved) {
    if (++shown > most_moves && !r.whole) continue;
    const auto at = std::find(order.order.begin(), order.order.end(), i) - order.order.begin();
    out += fmt::format("    {} -> {}: {}\n", i + 1, at + 1, r.source(table, chain, chain.rules[i]));
  }
  if (!r.whole && moved.size() > most_moves) out += fmt::format("    and {} more (--all shows them)\n", moved.size() - most_moves);
  return fmt::format("  {}/{}:\n", table_name(table.id), chain.name) + out;
}

std::string order(const CoverReport& r) {
  const Reordering& o = *r.reordering;
  std::string out;
  if (o.chains.empty()) {
    out += "no other order that is proved to be equal would look at fewer rules\n";
  } else {
    const std::uint64_t after = r.evaluations_after.value_or(0);
    const std::uint64_t saved = r.evaluations > after ? r.evaluations - after : 0;
    out += fmt::format("suggested order: {} of {} rule evaluations less ({:.1f} %){}; proved to treat and log every packet alike\n", saved, r.evaluations, percent(saved, r.evaluations),
                       r.coverage ? "" : ", about, by the counters");
    for (const ChainOrder& chain : o.chains) out += moves(r, chain);
  }
  for (const ChainOrder& chain : o.unproved)
    out += fmt::format("{}/{}: an order was found, but it is not proved to be equal: not suggested\n", table_name(chain.table), r.ruleset->find(chain.table)->chains[chain.chain].name);
  return out;
}

}  // namespace

std::string cover_text(const CoverReport& r) {
  std::string out;
  if (r.coverage)
    out += fmt::format("{} packets, {} bytes\n", r.packets, r.bytes) + depths(r);
  else
    out += fmt::format("by the counters of {}: about {} rules looked at\n", r.ruleset->file, r.evaluations);
  return out + hits(r) + never(r) + order(r);
}

}  // namespace fwsim
