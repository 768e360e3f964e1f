// What became of all packets, counted by fate, by the rule that decided and by connection state.
#include <fmt/format.h>

#include <algorithm>

#include "reports/packet_report.hh"
#include "simulator/conntrack.hh"

namespace fwsim {

void Summary::add(const Traced& t) {
  const Result& r = t.result;
  const std::uint64_t bytes = r.packet.fields.number(Field::length);
  ++packets_;
  bytes_ += bytes;
  ++fates_[static_cast<std::size_t>(r.fate)];
  generated_ += r.generated.size();
  records_ += r.records.size();
  note_connection(r);
  if (r.decided_by && r.fate != Fate::unknown)
    count(*r.decided_by, r.fate, {1, bytes});
  else if (!r.reason.empty())
    ++reasons_[r.reason];
}

void Summary::add(const FlowMemory::Way& way) {
  const Counters& went = way.recalled;
  if (went.packets == 0) return;
  packets_ += went.packets;
  bytes_ += went.bytes;
  fates_[static_cast<std::size_t>(way.fate)] += went.packets;
  states_[static_cast<std::size_t>(way.ct_state)] += went.packets;
  if (way.decided_by) count(*way.decided_by, way.fate, went);
}

void Summary::add_connections(std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t serial = first; serial <= last; ++serial) connections_.add(serial);
}

void Summary::add(const Summary& other) {
  packets_ += other.packets_;
  bytes_ += other.bytes_;
  generated_ += other.generated_;
  records_ += other.records_;
  for (std::size_t i = 0; i < fates_.size(); ++i) fates_[i] += other.fates_[i];
  for (std::size_t i = 0; i < states_.size(); ++i) states_[i] += other.states_[i];
  connections_.add_others(other.connections_);
  expected_.add_others(other.expected_);
  for (const auto& [place, decided] : other.rules_) count(decided.rule, decided.fate, decided.counters);
  for (const auto& [reason, packets] : other.reasons_) reasons_[reason] += packets;
}

void Summary::count(const RuleRef& by, Fate fate, const Counters& counters) {
  Decided& d = rules_[{by.table, by.chain, by.index, fate}];
  d.rule = by;
  d.fate = fate;
  d.counters.packets += counters.packets;
  d.counters.bytes += counters.bytes;
}

std::size_t Summary::DecisionHash::operator()(const Decision& d) const {
  const std::uint64_t place = (std::uint64_t{d.chain} << 32 | d.index) * 16 + static_cast<unsigned>(d.fate);
  return std::hash<const void*>()(d.table) ^ static_cast<std::size_t>(place * 0x9e3779b97f4a7c15U);
}

std::vector<Summary::Decided> Summary::decided() const {
  std::map<std::string, Decided> by_name;
  for (const auto& [place, d] : rules_)
    by_name[fmt::format("{} {} {}", static_cast<int>(d.rule.family), d.rule.name(), fate_name(d.fate))] = d;
  std::vector<Decided> list;
  for (auto& [name, d] : by_name) list.push_back(std::move(d));
  return list;
}

// A connection counts once a packet of it came past the last hook; RELATED ICMP errors make none.
void Summary::note_connection(const Result& r) {
  if (!r.ct_state) return;
  ++states_[static_cast<std::size_t>(*r.ct_state)];
  if (!r.packet.ct || (r.packet.ct->status & ct_confirmed) == 0) return;
  connections_.add(r.packet.ct->serial);
  if ((r.packet.ct->status & ct_expected) != 0) expected_.add(r.packet.ct->serial);
}

void Summary::Seen::add(std::uint64_t serial) {
  auto bit = seen_[serial / together][serial % together];
  count_ += bit ? 0 : 1;
  bit = true;
}

std::string Summary::states_text() const {
  if (std::none_of(states_.begin(), states_.end(), [](std::uint64_t n) { return n > 0; })) return {};
  std::string out = "by connection state\n";
  for (const auto& [state, name] : state_names)
    if (count(state) > 0) out += fmt::format("  {:>8}  {}\n", count(state), name);
  out += fmt::format("  {:>8}  connections", connections());
  if (expected_.count() > 0) out += fmt::format(", {} of them expected by a helper", expected_connections());
  return out + '\n';
}

std::string Summary::text(const ReportContext& context) const {
  std::string out = fmt::format("{} packets, {} bytes\n", packets_, bytes_);
  for (std::size_t i = 0; i < fates_.size(); ++i)
    if (fates_[i] > 0)
      out += fmt::format("  {:>8}  {:5.1f} %  {}\n", fates_[i], 100.0 * static_cast<double>(fates_[i]) / static_cast<double>(packets_),
                         fate_name(static_cast<Fate>(i)));
  out += states_text();
  if (!rules_.empty()) {
    out += "decided by\n";
    std::vector<Decided> list = decided();
    std::stable_sort(list.begin(), list.end(),
                     [](const Decided& a, const Decided& b) { return a.counters.packets > b.counters.packets; });
    for (const Decided& d : list)
      out += fmt::format("  {:>8}  {:<9}  {}\n", d.counters.packets, fate_name(d.fate), place_text(d.rule, context));
  }
  if (!reasons_.empty()) {
    out += "decided by no rule\n";
    std::vector<std::pair<std::uint64_t, std::string>> list;
    for (const auto& [reason, count] : reasons_) list.emplace_back(count, reason);
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < std::min(most, list.size()); ++i)
      out += fmt::format("  {:>8}  {}\n", list[i].first, list[i].second);
    if (list.size() > most) out += fmt::format("  and {} more reasons\n", list.size() - most);
  }
  if (generated_ > 0) out += fmt::format("{} answers of the firewall itself\n", generated_);
  if (records_ > 0) out += fmt::format("{} log records\n", records_);
  return out;
}

}  // namespace fwsim
