#include "reports/lockout_report.hh"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/proof_text.hh"

namespace fwsim {
namespace {

std::string_view share_text(const LockoutCheck& check) {
  switch (check.share) {
    case Share::all: return "get through";
    case Share::none: return "do not get through";
    case Share::some: return "do not all get through";
    case Share::may: return "may not get through";
    case Share::nothing: return "cannot come: no packet is like that";
  }
  return {};
}

}  // namespace

std::string text_of(const Lockout& lockout) {
  std::string out = fmt::format("{}: {}\n", lockout.locked_out ? (lockout.anywhere ? "locked out" : "not everybody gets in") : "not locked out", lockout.admin);
  for (const LockoutCheck& check : lockout.checks) {
    out += fmt::format("{}: {}{}\n", check.what, share_text(check), check.complete ? "" : " (not all was looked at)");
    for (const AnsweredClass& c : check.stopped) {
      out += fmt::format("  {} by {}:\n", fate_text(c.fate, c.may), text_of(c.by));
      out += lines_of(c.pieces, "    ");
      if (!c.packet.empty()) out += fmt::format("    like: {}\n", c.packet);
    }
  }
  return out;
}

std::string json_of(const Lockout& lockout) {
  nlohmann::ordered_json j;
  j["format"] = 1;
  j["family"] = lockout.family == Family::v4 ? "ipv4" : "ipv6";
  j["admin"] = lockout.admin;
  j["locked_out"] = lockout.locked_out;
  j["checks"] = nlohmann::ordered_json::array();
  for (const LockoutCheck& check : lockout.checks) {
    nlohmann::ordered_json one;
    one["what"] = check.what;
    one["pass"] = share_name(check.share);
    one["complete"] = check.complete;
    one["stopped"] = nlohmann::ordered_json::array();
    for (const AnsweredClass& c : check.stopped) one["stopped"].push_back(json_value(c));
    j["checks"].push_back(std::move(one));
  }
  return dump_json(j);
}

}  // namespace fwsim
