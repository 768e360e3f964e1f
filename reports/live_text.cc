// The state of a running fwsim, for people.
#include <fmt/format.h>

#include "reports/live_report.hh"

namespace fwsim {
namespace {

std::string duration_text(double seconds) {
  const auto s = static_cast<std::uint64_t>(seconds);
  std::string text;
  if (s >= 86400) text += fmt::format("{} d ", s / 86400);
  return text + fmt::format("{:02}:{:02}:{:02}", s / 3600 % 24, s / 60 % 60, s % 60);
}

std::string rate_text(double bits) {
  constexpr std::string_view units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
  std::size_t unit = 0;
  for (; bits >= 1000 && unit + 1 < std::size(units); ++unit) bits /= 1000;
  return fmt::format("{:.{}f} {}", bits, unit == 0 ? 0 : 1, units[unit]);
}

std::string line(std::string_view name, const std::string& value) { return fmt::format("{:<13}{}\n", name, value); }

std::string reloads_text(const LiveStatus& s) {
  std::string text = std::to_string(s.reloads);
  if (s.refused_reloads != 0) text += fmt::format(", {} refused", s.refused_reloads);
  if (s.rollbacks != 0) text += fmt::format(", {} taken back", s.rollbacks);
  return text;
}

}  // namespace

std::string status_text(const LiveStatus& s) {
  std::string out = line("mode", s.mode) + line("running", duration_text(s.uptime));
  for (std::size_t f = 0; f < s.files.size(); ++f)
    if (!s.files[f].empty()) out += line(f == 0 ? "IPv4 rules" : "IPv6 rules", s.files[f]);
  out += line("packets", fmt::format("{}, {} bytes", s.packets, s.bytes));
  for (std::size_t f = 0; f < s.fates.size(); ++f)
    if (s.fates[f] != 0) out += line("", fmt::format("{} {}", s.fates[f], fate_name(static_cast<Fate>(f))));
  out += line("rate", fmt::format("{:.1f} packets/s, {}", s.packets_per_second, rate_text(s.bits_per_second)));
  out += line("connections", s.most_connections == 0 ? std::to_string(s.connections) : fmt::format("{} of {}", s.connections, s.most_connections));
  out += line("reloads", reloads_text(s));
  if (s.confirm_within)
    out += line("waiting", fmt::format("the old rules come back in {:.0f} s, unless 'fwsim live confirm' is given", *s.confirm_within));
  bool first = true;
  for (const auto& [what, times] : s.troubles) {
    out += line(first ? "troubles" : "", fmt::format("{} x {}", times, what));
    first = false;
  }
  return out;
}

std::string record_text(const Record& record, const Packet& packet) {
  std::string text = record.text;
  while (text.ends_with(' ')) text.pop_back();
  switch (record.kind) {
    case Record::Kind::nflog: return fmt::format("NFLOG group {} \"{}\": {}", record.group, text, packet_text(packet));
    case Record::Kind::audit: return fmt::format("AUDIT {}", text);
    default: return text;
  }
}

}  // namespace fwsim
