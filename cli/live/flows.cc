#include "cli/live/flows.hh"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "simulator/conntrack.hh"
#include "simulator/quoted.hh"

namespace fwsim {
namespace {

// More than so many are not remembered: the half that was quiet longest is forgotten, and would count as new.
constexpr std::size_t most_flows = 1 << 20;
constexpr std::size_t icmp_header = 8;

auto order(const Tuple& t) { return std::tie(t.src, t.dst, t.sport, t.dport); }

// The same for both directions.
Tuple either_way(const Tuple& tuple) {
  const Tuple other = inverted(tuple).value_or(tuple);
  return order(other) < order(tuple) ? other : tuple;
}

bool passes(Fate fate) { return fate == Fate::forwarded || fate == Fate::delivered || fate == Fate::sent || fate == Fate::bridged; }

// What is sent because of a packet: which kind, where to. Identifications and cookies are drawn, and tell nothing.
std::vector<std::string> answers(const Result& result) {
  std::vector<std::string> list;
  for (const Result& g : result.generated) {
    constexpr unsigned tcp = 6;
    const Bytes l4 = g.packet.transport();
    list.push_back(fmt::format("{} {} {} {} {:x}", g.cause, fate_name(g.fate), g.out_if, g.packet.protocol,
                               g.packet.protocol == tcp ? byte_at(l4, 13) : be16(l4, 0)));
  }
  return list;
}

bool same_bytes(const Result& a, const Result& b) {
  const auto same = [](const Sent& x, const Sent& y) { return x.packet.bytes == y.packet.bytes; };
  // Delivered ones are not sent: what the host gets.
  if (a.out.empty() && b.out.empty()) return a.packet.bytes == b.packet.bytes;
  return std::equal(a.out.begin(), a.out.end(), b.out.begin(), b.out.end(), same);
}

}  // namespace

Tuple flow_of(const Packet& packet, const Result& before, const Result& after) {
  for (const Result* result : {&before, &after})
    if (result->packet.ct) return result->packet.ct->original();
  if (is_icmp_error(packet))
    if (const auto quoted = read_quoted(packet, packet.l4 + icmp_header))
      if (const auto tuple = read_tuple(packet.family, quoted->src, quoted->dst, quoted->protocol,
                                        packet.all().subspan(std::min(quoted->l4, packet.bytes.size()))))
        return *tuple;
  if (const auto tuple = tuple_of(packet)) return *tuple;
  return {.family = packet.family, .src = packet.fields.get(Field::src), .dst = packet.fields.get(Field::dst),
          .proto = static_cast<std::uint8_t>(packet.protocol)};
}

std::vector<std::string> differences(const Result& before, const Result& after) {
  std::vector<std::string> list;
  if (before.fate != after.fate) list.emplace_back("fate");
  if (before.fate == after.fate && passes(before.fate)) {
    if (before.out_if != after.out_if) list.emplace_back("device");
    if (!same_bytes(before, after)) list.emplace_back("bytes");
    if (before.packet.fields.number(Field::mark) != after.packet.fields.number(Field::mark)) list.emplace_back("mark");
  }
  if (answers(before) != answers(after)) list.emplace_back("answers");
  return list;
}

std::size_t Flows::Hash::operator()(const Tuple& t) const {
  std::uint64_t hash = 14695981039346656037U;   // FNV-1a, by words
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * 1099511628211U;
    hash ^= hash >> 29;
  };
  for (const u128 address : {t.src, t.dst}) {
    mix(static_cast<std::uint64_t>(address));
    mix(static_cast<std::uint64_t>(address >> 64));
  }
  mix(static_cast<std::uint64_t>(t.sport) << 32 | static_cast<std::uint64_t>(t.dport) << 16 | t.proto);
  return hash;
}

Flows::Flow& Flows::find(const Tuple& tuple, std::int64_t time) {
  if (flows_.size() >= most_flows) forget_old();
  const auto [found, added] = flows_.try_emplace(either_way(tuple));
  if (added) ++count_;
  found->second.seen = time;
  return found->second;
}

void Flows::forget_old() {
  std::vector<std::int64_t> times;
  times.reserve(flows_.size());
  for (const auto& [tuple, flow] : flows_) times.push_back(flow.seen);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  std::erase_if(flows_, [&](const auto& each) { return each.second.seen <= *middle; });
}

}  // namespace fwsim
