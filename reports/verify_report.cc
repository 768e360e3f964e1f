#include "reports/verify_report.hh"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "reports/proof_text.hh"

namespace fwsim {
namespace {

std::string text_of(const Refutation& r, bool verbose) {
  std::string out = fmt::format("  {}{} by {}{}:\n", r.replies ? "replies " : "", fate_text(r.packets.fate, r.packets.may), text_of(r.packets.by),
                                r.why.empty() ? "" : ", " + r.why);
  out += lines_of(r.packets.pieces, "    ");
  if (!r.packets.packet.empty()) out += fmt::format("    like: {}\n", r.packets.packet);
  if (verbose)
    for (const std::string& step : r.path) out += fmt::format("      {}\n", step);
  return out;
}

bool several_families(const std::vector<Proof>& proofs) {
  return std::any_of(proofs.begin(), proofs.end(), [&](const Proof& p) { return p.family != proofs.front().family; });
}

}  // namespace

std::string text_of(const std::vector<Proof>& proofs, const std::string& policy, bool verbose) {
  std::string out;
  const bool families = several_families(proofs);
  std::size_t proved = 0;
  for (const Proof& p : proofs) {
    if (p.result == Proof::Result::proved) ++proved;
    out += fmt::format("{}: {} ({}{}, {}:{})\n", result_name(p.result), p.name, kind_name(p.kind),
                       families ? (p.family == Family::v4 ? ", IPv4" : ", IPv6") : "", policy, p.line);
    for (const Refutation& r : p.against) out += text_of(r, verbose);
    if (!p.complete) out += "  the ruleset is too large for it: not all was looked at\n";
  }
  out += fmt::format("{} of {} proved\n", proved, proofs.size());
  return out;
}

std::string json_of(const std::vector<Proof>& proofs, const std::string& policy) {
  nlohmann::ordered_json j;
  j["format"] = 1;
  j["policy"] = policy;
  j["assertions"] = nlohmann::ordered_json::array();
  for (const Proof& p : proofs) {
    nlohmann::ordered_json one;
    one["name"] = p.name;
    one["kind"] = kind_name(p.kind);
    one["line"] = p.line;
    one["family"] = p.family == Family::v4 ? "ipv4" : "ipv6";
    one["result"] = result_name(p.result);
    one["complete"] = p.complete;
    one["against"] = nlohmann::ordered_json::array();
    for (const Refutation& r : p.against) {
      nlohmann::ordered_json against = json_value(r.packets);
      against["replies"] = r.replies;
      if (!r.why.empty()) against["why"] = r.why;
      against["path"] = r.path;
      one["against"].push_back(std::move(against));
    }
    j["assertions"].push_back(std::move(one));
  }
  return dump_json(j);
}

}  // namespace fwsim
