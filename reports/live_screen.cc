#include "reports/live_screen.hh"

#include <fmt/format.h>

namespace fwsim {
namespace {

std::string row(const LiveRate& rate, std::string_view name) { return fmt::format("{:>12} {:>10.0f}  {}", rate.total, rate.per_second, name); }

}  // namespace

std::string live_screen_text(const LiveScreen& t, const ReportContext& context, std::size_t width) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{} for {:.0f} s; Ctrl-C ends it", t.devices, t.seconds));
  lines.push_back(fmt::format("{:>12} {:>10}  {}", "packets", "per s", "fate"));
  for (std::size_t i = 0; i < t.fates.size(); ++i)
    if (t.fates[i].total > 0) lines.push_back(row(t.fates[i], fate_name(static_cast<Fate>(i))));
  lines.push_back(row(t.packets, fmt::format("in all, {} bytes, {:.0f} a second", t.bytes.total, t.bytes.per_second)));
  if (!t.rules.empty()) lines.push_back(fmt::format("{:>12} {:>10}  {}", "packets", "per s", "rules hit most"));
  for (const LiveScreen::Hit& hit : t.rules) lines.push_back(row(hit.packets, place_text(hit.rule, context)));
  if (t.lost > 0) lines.push_back(fmt::format("{:>12} {:>10}  lost: they came faster than they were judged", t.lost, ""));
  std::string text;
  for (const std::string& line : lines) text += line.substr(0, width) + '\n';
  return text;
}

}  // namespace fwsim
