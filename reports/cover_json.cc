#include <nlohmann/json.hpp>

#include <algorithm>

#include "reports/cover_report.hh"
#include "reports/packet_report.hh"
#include "reports/proof_text.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

Json rule_json(const CoverReport& r, const Table& table, std::size_t c, std::size_t i) {
  const Chain& chain = table.chains[c];
  const bool rule = i < chain.rules.size();
  const Counters& n = rule ? chain.rules[i].counters : chain.counters;
  Json j;
  j["name"] = rule_name(table.id, chain, i);
  j["line"] = rule ? chain.rules[i].line : chain.line;
  if (rule) j["rule"] = r.source(table, chain, chain.rules[i]);
  j["packets"] = n.packets;
  j["bytes"] = n.bytes;
  if (const TableUse* uses = r.coverage ? r.coverage->uses(r.counted->family, table.id) : nullptr; uses && (*uses)[c][i].seen > 0) {
    j["first"] = time_text((*uses)[c][i].first);
    j["last"] = time_text((*uses)[c][i].last);
  }
  if (r.coverage && r.has_counters) {
    const Chain& before = r.ruleset->find(table.id)->chains[c];
    j["counter"] = rule ? before.rules[i].counters.packets : before.counters.packets;
  }
  return j;
}

Json order_json(const CoverReport& r, const ChainOrder& o) {
  const Chain& chain = r.ruleset->find(o.table)->chains[o.chain];
  Json j;
  j["table"] = table_name(o.table);
  j["chain"] = chain.name;
  j["order"] = Json::array();
  for (std::uint32_t i : o.order) j["order"].push_back(i + 1);
  j["moved"] = Json::array();
  for (std::uint32_t i : o.moved()) {
    const auto at = std::find(o.order.begin(), o.order.end(), i) - o.order.begin();
    j["moved"].push_back({{"from", i + 1}, {"to", at + 1}});
  }
  return j;
}

}  // namespace

std::string cover_json(const CoverReport& r) {
  Json j;
  j["format"] = 1;
  j["file"] = r.ruleset->file;
  j["family"] = r.ruleset->family == Family::v4 ? "ipv4" : "ipv6";
  j["source"] = r.coverage ? "captures" : "counters";
  if (r.coverage) {
    j["packets"] = r.packets;
    j["bytes"] = r.bytes;
  }
  j["evaluations"] = r.evaluations;
  if (r.coverage) {
    j["depths"] = Json::array();
    for (const DepthRow& row : depth_rows(*r.coverage)) j["depths"].push_back({{"from", row.low}, {"to", row.high}, {"packets", row.packets}});
  }
  j["rules"] = Json::array();
  for (const Table& table : r.counted->tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      for (std::size_t i = 0; i < table.chains[c].rules.size() + (table.chains[c].hook ? 1 : 0); ++i) j["rules"].push_back(rule_json(r, table, c, i));
  Json suggestion;
  suggestion["chains"] = Json::array();
  for (const ChainOrder& o : r.reordering->chains) suggestion["chains"].push_back(order_json(r, o));
  if (r.evaluations_after) suggestion["evaluations"] = *r.evaluations_after;
  suggestion["proved"] = !r.reordering->chains.empty();
  suggestion["unproved"] = Json::array();
  for (const ChainOrder& o : r.reordering->unproved) suggestion["unproved"].push_back(order_json(r, o));
  j["suggestion"] = std::move(suggestion);
  return dump_json(j) + "\n";
}

}  // namespace fwsim
