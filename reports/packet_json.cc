// A traced packet as JSON: the format of reports/trace.schema.json.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/packet_report.hh"
#include "simulator/conntrack.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

Json rule_json(const RuleRef& rule, const ReportContext& context) {
  Json j;
  j["table"] = table_name(rule.table->id);
  j["chain"] = rule.in_chain().name;
  if (rule.is_rule())
    j["rule"] = rule.index + 1;
  else
    j["rule"] = rule.in_chain().hook ? "policy" : "return";
  if (rule.line() != 0) {
    j["file"] = context.files[static_cast<std::size_t>(rule.family)];
    j["line"] = rule.line();
  }
  return j;
}

std::string hex_bytes(Bytes bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string_view state_name(std::uint64_t state) {
  for (const auto& [value, name] : state_names)
    if (static_cast<std::uint64_t>(value) == state) return name;
  return {};
}

constexpr std::string_view record_names[] = {"log", "nflog", "audit", "trace", "other", "conntrack"};

Json conntrack_json(const Packet& packet) {
  Json j;
  j["state"] = state_name(packet.fields.number(Field::ct_state));
  if (!packet.ct) return j;
  const CtEntry& e = *packet.ct;
  j["direction"] = packet.ct_reply ? "reply" : "original";
  j["original"] = to_text(e.original());
  j["reply"] = to_text(e.reply());
  j["status"] = e.status;
  if (e.proto == 6) j["tcp"] = tcp_state_name(e.tcp.state);
  j["mark"] = e.mark;
  return j;
}

Json result_json(const Result& r, const ReportContext& context) {
  Json j;
  if (!r.cause.empty()) j["cause"] = r.cause;
  j["fate"] = fate_name(r.fate);
  j["in"] = r.in_if;
  j["out"] = r.out_if;
  j["by"] = r.decided_by ? rule_json(*r.decided_by, context) : Json();
  if (!r.reason.empty()) j["reason"] = r.reason;
  if (r.dropped_at) j["dropped_at"] = hook_name(*r.dropped_at);
  j["path"] = Json::array();
  for (const Step& step : r.path) {
    Json s;
    s["hook"] = hook_name(step.hook);
    if (step.rule)
      s.update(rule_json(*step.rule, context));
    else
      s["note"] = step.note;
    j["path"].push_back(std::move(s));
  }
  if (!r.undecided.empty()) {
    j["undecided"] = Json::array();
    for (const Undecided& u : r.undecided) {
      Json s = rule_json(u.rule, context);
      s["why"] = u.why;
      j["undecided"].push_back(std::move(s));
    }
  }
  j["sent"] = Json::array();
  for (const Sent& sent : r.out) j["sent"].push_back(hex_bytes(sent.packet.all()));
  if (r.packet.fields.number(Field::mark) != 0) j["mark"] = r.packet.fields.number(Field::mark);
  if (r.packet.fields.has(Field::ct_state)) j["conntrack"] = conntrack_json(r.packet);
  j["records"] = Json::array();
  for (const Record& record : r.records) {
    Json s;
    s["kind"] = record_names[static_cast<std::size_t>(record.kind)];
    s["text"] = record.text;
    if (record.kind == Record::Kind::nflog) s["group"] = record.group;
    j["records"].push_back(std::move(s));
  }
  j["answers"] = Json::array();
  for (const Result& g : r.generated) {
    Json s = result_json(g, context);
    s["packet"] = packet_text(g.packet);
    j["answers"].push_back(std::move(s));
  }
  return j;
}

std::string dump(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string json_of(const Traced& t, const ReportContext& context) {
  Json j;
  j["format"] = 1;
  j["number"] = t.number;
  j["time"] = time_text(t.time);
  j["packet"] = t.flow;
  j.update(result_json(t.result, context));
  return dump(j);
}

std::string Summary::json(const ReportContext& context) const {
  Json j;
  j["format"] = 1;
  j["packets"] = packets_;
  j["bytes"] = bytes_;
  for (std::size_t i = 0; i < fates_.size(); ++i) j["fates"][std::string(fate_name(static_cast<Fate>(i)))] = fates_[i];
  for (const auto& [state, name] : state_names) j["states"][std::string(name)] = count(state);
  j["connections"] = connections();
  j["expected_connections"] = expected_connections();
  j["answers"] = generated_;
  j["records"] = records_;
  j["rules"] = Json::array();
  for (const Decided& decided : decided()) {
    Json s = rule_json(decided.rule, context);
    s["fate"] = fate_name(decided.fate);
    s["packets"] = decided.counters.packets;
    s["bytes"] = decided.counters.bytes;
    j["rules"].push_back(std::move(s));
  }
  j["reasons"] = Json::object();
  for (const auto& [reason, count] : reasons_) j["reasons"][reason] = count;
  return dump(j);
}

}  // namespace fwsim
