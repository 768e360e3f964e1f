#include "simulator/defrag.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace fwsim {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::size_t queue_overhead = 200, packet_overhead = 768;   // about what the kernel accounts

struct Limits {
  std::int64_t lifetime = 0;
  std::size_t memory = 0;
};

Limits limits(const FragmentKey& key, const World& world) {
  const auto value = [&](const char* name, long long otherwise) { return world.host.sysctl(name, otherwise); };
  const bool local = key.user.place == FragmentUser::Place::local_delivery;
  const char* const time = key.family == Family::v4 ? "net.ipv4.ipfrag_time"
                           : local                  ? "net.ipv6.ip6frag_time"
                                                    : "net.netfilter.nf_conntrack_frag6_timeout";
  const char* const high = key.family == Family::v4 ? "net.ipv4.ipfrag_high_thresh"
                           : local                  ? "net.ipv6.ip6frag_high_thresh"
                                                    : "net.netfilter.nf_conntrack_frag6_high_thresh";
  return {value(time, key.family == Family::v4 ? 30 : 60) * second,
          static_cast<std::size_t>(std::max(0LL, value(high, 4 << 20)))};
}

}  // namespace

bool is_fragment(const Packet& packet) {
  if (packet.family == Family::v4) return (be16(packet.bytes, 6) & 0x3fff) != 0;
  return packet.fields.number(Field::frag_off) != 0 || packet.fields.number(Field::frag_more) != 0;
}

Gathered FragmentQueues::gather(Packet& packet, const FragmentUser& user, const std::string& device,
                                const World& world, std::string& why) {
  return packet.family == Family::v4 ? gather_v4(packet, user, device, world, why)
                                     : gather_v6(packet, user, device, world, why);
}

FragmentQueue* FragmentQueues::find(const FragmentKey& key, const World& world) {
  const Limits limit = limits(key, world);
  if (limit.memory == 0 || memory_[static_cast<std::size_t>(key.family)] > limit.memory) return nullptr;
  const auto [at, fresh] = queues_.try_emplace(key);
  FragmentQueue& queue = at->second;
  if (fresh) {
    queue.expires = world.now + limit.lifetime;
    queue.memory = queue_overhead;
    memory_[static_cast<std::size_t>(key.family)] += queue.memory;
    used_ = true;
    next_end_ = std::min(next_end_, queue.expires);
  }
  return &queue;
}

void FragmentQueues::forget(const FragmentKey& key) {
  const auto at = queues_.find(key);
  if (at == queues_.end()) return;
  memory_[static_cast<std::size_t>(key.family)] -= at->second.memory;
  queues_.erase(at);
}

// Many fragments of one sender between two of a datagram: the identification has probably come
// round, and the old part belongs to another datagram (ip_frag_too_far).
bool FragmentQueues::too_far(FragmentQueue& queue, const FragmentKey& key, const World& world) {
  const long long most = world.host.sysctl("net.ipv4.ipfrag_max_dist", 64);
  if (most == 0) return false;
  const std::uint32_t before = queue.rid;
  queue.rid = ++sent_[key.src];
  return !queue.parts.empty() && queue.rid - before > static_cast<std::uint32_t>(most);
}

std::optional<FragmentQueue> FragmentQueues::note(const FragmentKey& key, FragmentQueue& queue, const Packet& packet,
                                                  const Said& said) {
  memory_[static_cast<std::size_t>(key.family)] += queue.memory - said.memory;
  queue.device = said.device;
  queue.ecn |= 1U << said.ecn;
  queue.largest = std::max(queue.largest, said.length);
  if (said.offset == 0) {
    queue.first_in = true;
    queue.head = packet;
    queue.head_length = said.head_length;
  }
  if (!queue.first_in || !queue.last_in || queue.have != queue.length) return std::nullopt;
  FragmentQueue complete = std::move(queue);
  forget(key);
  return complete;
}

std::vector<FragmentQueues::Expired> FragmentQueues::expire(std::int64_t now) {
  std::vector<Expired> over;
  if (!due(now)) return over;
  next_end_ = std::numeric_limits<std::int64_t>::max();
  for (const auto& [key, queue] : queues_) {
    if (queue.expires <= now)
      over.push_back({key, queue});
    else
      next_end_ = std::min(next_end_, queue.expires);
  }
  for (const Expired& e : over) forget(e.key);
  std::stable_sort(over.begin(), over.end(),
                   [](const Expired& a, const Expired& b) { return a.queue.expires < b.queue.expires; });
  return over;
}

Inserted insert_part(FragmentQueue& queue, FragmentQueue::Part part) {
  const std::size_t begin = part.offset, end = begin + part.length;
  auto& runs = queue.runs;
  if (runs.empty() || runs.back().end < end) {
    if (!runs.empty() && begin < runs.back().end) return Inserted::overlap;
    if (!runs.empty() && begin == runs.back().end)
      runs.back().end = end;
    else
      runs.push_back({begin, end});
  } else {
    auto at = runs.begin();
    for (; at != runs.end() && at->begin < end; ++at) {
      if (begin >= at->end) continue;
      return begin >= at->begin && end <= at->end ? Inserted::duplicate : Inserted::overlap;
    }
    runs.insert(at, {begin, end});
  }
  const auto behind = std::find_if(queue.parts.begin(), queue.parts.end(),
                                   [&](const FragmentQueue::Part& p) { return p.offset > begin; });
  queue.have += part.length;
  queue.memory += part.length + packet_overhead;
  queue.parts.insert(behind, std::move(part));
  return Inserted::fine;
}

bool note_end(FragmentQueue& queue, std::size_t end, bool more) {
  if (!more) {
    if (end < queue.length || (queue.last_in && end != queue.length)) return false;
    queue.last_in = true;
    queue.length = end;
  } else if (end > queue.length) {
    if (queue.last_in) return false;
    queue.length = end;
  }
  return true;
}

std::optional<unsigned> joint_ecn(unsigned seen) {
  constexpr unsigned not_ect = 1, ce = 1U << 3, congestion = 3;
  if ((seen & not_ect) != 0 && seen != not_ect) return std::nullopt;
  return (seen & ce) != 0 && seen != ce ? congestion : 0;
}

std::optional<Packet> joined(const FragmentQueue& queue, const Packet& last, std::size_t longest, std::string& why) {
  const auto ecn = joint_ecn(queue.ecn);
  if (!ecn) {
    why = "its fragments contradict one another about ECN";
    return std::nullopt;
  }
  const std::size_t length = queue.head_length + queue.length;
  if (length > longest) {
    why = fmt::format("the datagram would be longer than {} bytes", longest);
    return std::nullopt;
  }
  Packet whole = queue.head;
  whole.time = last.time;
  whole.number = last.number;
  whole.bytes.resize(queue.head_length);
  whole.missing = 0;
  for (const FragmentQueue::Part& part : queue.parts) {
    // What comes behind a gap in the capture cannot be placed.
    const std::size_t here = whole.missing == 0 ? part.bytes.size() : 0;
    whole.bytes.insert(whole.bytes.end(), part.bytes.begin(), part.bytes.begin() + static_cast<std::ptrdiff_t>(here));
    whole.missing += part.length - here;
  }
  whole.bytes[1] = static_cast<std::uint8_t>(whole.bytes[1] | (whole.family == Family::v4 ? *ecn : *ecn << 4));
  auto notes = std::make_shared<Reassembly>(Reassembly{
      .largest = queue.largest, .kept_whole = queue.largest_df == queue.largest, .length = length});
  for (const FragmentQueue::Part& part : queue.parts) notes->parts.push_back(part.length);
  whole.reassembly = std::move(notes);
  return whole;
}

}  // namespace fwsim
