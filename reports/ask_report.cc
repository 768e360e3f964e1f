#include "reports/ask_report.hh"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/proof_text.hh"

namespace fwsim {

std::string_view share_text(Share share) {
  switch (share) {
    case Share::all: return "all pass";
    case Share::none: return "none pass";
    case Share::some: return "some pass";
    case Share::may: return "may pass: not all can be told";
    case Share::nothing: return "no packet is like that";
  }
  return {};
}

std::string text_of(const RangeAnswer& answer) {
  std::string out = fmt::format("{}\n", share_text(answer.share));
  for (const AnsweredClass& c : answer.classes) {
    const std::string way = answer.ways.size() > 1 ? fmt::format("{}: ", way_name(c.way)) : "";
    out += fmt::format("{}{} by {}:\n", way, fate_text(c.fate, c.may), text_of(c.by));
    out += lines_of(c.pieces, "  ");
    if (!c.packet.empty()) out += fmt::format("  like: {}\n", c.packet);
  }
  if (!answer.complete) out += "the ruleset is too large for the question: not all was looked at\n";
  return out;
}

std::string json_of(const RangeAnswer& answer) {
  nlohmann::ordered_json j;
  j["format"] = 1;
  j["question"] = answer.question;
  j["family"] = answer.family == Family::v4 ? "ipv4" : "ipv6";
  j["answer"] = share_name(answer.share);
  j["complete"] = answer.complete;
  j["classes"] = nlohmann::ordered_json::array();
  for (const AnsweredClass& c : answer.classes) j["classes"].push_back(json_value(c));
  j["assumed"] = answer.assumed;
  return dump_json(j);
}

}  // namespace fwsim
