#include <nlohmann/json.hpp>

#include "reports/list_report.hh"
#include "reports/proof_text.hh"
#include "model/listing/rule_prose.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

Json counters_json(const Counters& c) { return {{"packets", c.packets}, {"bytes", c.bytes}}; }

Json findings_json(const Listing& listing, TableId table, std::size_t chain, std::size_t index, bool of_chain) {
  Json list = Json::array();
  for (const Finding& f : listing.findings->findings)
    if (f.place.rule.table == table && f.place.rule.chain == chain && f.of_chain == of_chain && (of_chain || f.place.rule.index == index))
      list.push_back({{"id", f.id}, {"check", f.check}, {"certainty", f.certainty == Certainty::proved ? "proved" : "may"}, {"text", f.text}});
  return list;
}

std::string with_sign(bool inverted, std::string text) { return (inverted ? "!" : "") + text; }

Json rule_json(const Listing& listing, const Table& table, std::size_t c, std::size_t i) {
  const Chain& chain = table.chains[c];
  const Rule& rule = chain.rules[i];
  const Family family = listing.ruleset->family;
  const BasicMatch& b = rule.basic;
  const auto* jump = std::get_if<Jump>(&rule.target);
  Json j;
  j["num"] = i + 1;
  j["line"] = rule.line;
  j["counters"] = counters_json(rule.counters);
  j["target"] = target_name(rule, table);
  j["goto"] = jump && jump->go;
  j["protocol"] = with_sign(b.not_proto, b.proto == 0 ? "all" : protocol_text(b.proto));
  j["fragment"] = b.fragment ? (b.not_fragment ? "no" : "yes") : "any";
  j["in"] = with_sign(b.not_in, b.in().mask == 0 ? "*" : interface_text(b.in()));
  j["out"] = with_sign(b.not_out, b.out().mask == 0 ? "*" : interface_text(b.out()));
  j["source"] = with_sign(b.not_src, network_text(family, b.src));
  j["destination"] = with_sign(b.not_dst, network_text(family, b.dst));
  const std::string prose = rule_prose(rule, family);
  j["matches"] = prose.empty() ? prose : prose.substr(1);
  if (listing.source) j["rule"] = listing.source(table, chain, rule);
  if (listing.findings) j["findings"] = findings_json(listing, table.id, c, i, false);
  return j;
}

}  // namespace

std::string list_json(const Listing& listing) {
  Json all;
  all["format"] = 1;
  all["file"] = listing.ruleset->file;
  all["family"] = listing.ruleset->family == Family::v4 ? "ipv4" : "ipv6";
  all["tables"] = Json::array();
  for (const Table& table : listing.ruleset->tables) {
    if (listing.table && table.id != *listing.table) continue;
    Json t;
    t["name"] = table_name(table.id);
    t["chains"] = Json::array();
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      Json j;
      j["name"] = chain.name;
      if (chain.hook) {
        j["policy"] = chain.policy == Verdict::accept ? "ACCEPT" : "DROP";
        j["counters"] = counters_json(chain.counters);
      } else {
        j["references"] = references(table, c);
      }
      j["rules"] = Json::array();
      for (std::size_t i = 0; i < chain.rules.size(); ++i) j["rules"].push_back(rule_json(listing, table, c, i));
      if (listing.findings) {
        j["findings"] = findings_json(listing, table.id, c, 0, true);
        j["policy_findings"] = findings_json(listing, table.id, c, chain.rules.size(), false);
      }
      t["chains"].push_back(std::move(j));
    }
    all["tables"].push_back(std::move(t));
  }
  return dump_json(all) + "\n";
}

}  // namespace fwsim
