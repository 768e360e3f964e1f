#include "simulator/network/path.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/address_scope.hh"
#include "simulator/defrag.hh"
#include "simulator/network/answer.hh"
#include "simulator/network/next_hop.hh"

namespace fwsim {
namespace {

constexpr std::int64_t answer_delay = 1'000'000;   // ns
constexpr std::size_t most_hops = 300;             // more than any TTL

struct Ends {
  u128 src = 0, dst = 0;
  std::uint64_t sport = 0, dport = 0;   // ICMP: the id of a query as both
  bool operator==(const Ends&) const = default;
};

Ends ends_of(const Packet& p) {
  Ends e{.src = p.fields.get(Field::src), .dst = p.fields.get(Field::dst), .sport = p.fields.number(Field::sport), .dport = p.fields.number(Field::dport)};
  if (p.protocol == 1 || p.protocol == 58) e.sport = e.dport = be16(p.transport(), 4);
  return e;
}

bool same_packet(const Packet& a, const Packet& b) { return a.protocol == b.protocol && ends_of(a) == ends_of(b); }

class Walk {
 public:
  Walk(Internetwork& net, PathLeg& leg, std::vector<std::string>& assumed) : net_(net), leg_(leg), hop_(net, assumed) {}

  // `last`: where a packet left to which this answers, so that it comes back there.
  void run(const LinkEnd* last) {
    leg_.arrived = leg_.packet;
    if (leg_.from.host) {
      leg_.hops.push_back({.host = *leg_.from.host, .packet = leg_.packet, .result = net_.engine(*leg_.from.host).send(leg_.packet), .out_link = {}});
      if (!take_result()) return;
    } else if (!take(hop_.first(leg_.from.link, leg_.packet, last))) {
      return;
    }
    while (at_ && leg_.hops.size() < most_hops) {
      receive();
      if (!take_result()) return;
    }
  }

 private:
  void receive() {
    Packet packet = on_wire(leg_.arrived);
    hop_.address_frame(packet, *at_, sender_);
    note_loop(packet);
    PathHop hop{.host = at_->host, .packet = packet, .result = {}, .out_link = {}};
    hop.result = net_.engine(at_->host).receive(std::move(packet), at_->device);
    leg_.hops.push_back(std::move(hop));
  }

  void note_loop(const Packet& packet) {
    if (leg_.loop) return;
    for (std::size_t i = 0; i < leg_.hops.size(); ++i) {
      const PathHop& before = leg_.hops[i];
      if (before.host == at_->host && before.result.in_if == at_->device && same_packet(before.packet, packet)) leg_.loop = i;
    }
  }

  bool finish(LegEnd end, std::string why = {}) {
    leg_.end = end;
    leg_.why = std::move(why);
    return false;
  }

  // What the last host did with it. False: it goes no further.
  bool take_result() {
    PathHop& hop = leg_.hops.back();
    const Result& r = hop.result;
    switch (r.fate) {
      case Fate::delivered:
        leg_.arrived = r.packet;
        return finish(LegEnd::host);
      case Fate::dropped:
      case Fate::ignored: return finish(LegEnd::stopped);
      case Fate::forwarded:
      case Fate::sent: return send_on(hop);
      case Fate::unknown: return finish(LegEnd::unknown, r.reason);
      case Fate::queued: return finish(LegEnd::unknown, "a fragment alone waits for the others");
      case Fate::stolen: return finish(LegEnd::unknown, "what becomes of what the rule takes away is not followed");
      case Fate::bridged: break;
    }
    return finish(LegEnd::unknown, "frames that a bridge passes on are not followed");
  }

  bool send_on(PathHop& hop) {
    const Result& r = hop.result;
    const std::string& name = net_.name(hop.host);
    if (r.balanced) return finish(LegEnd::unknown, fmt::format("{} has several next hops, and chooses by a secret hash", name));
    if (r.out.empty() || r.out_if == "lo") return finish(LegEnd::unknown, fmt::format("{} sends it to itself by lo, which is not followed here", name));
    for (const Sent& sent : r.out)
      if (sent.packet.bytes != r.out.front().packet.bytes || net_.link_of(hop.host, sent.device) != net_.link_of(hop.host, r.out.front().device))
        return finish(LegEnd::unknown, fmt::format("it leaves {} in {} fragments, which are not followed", name, r.out.size()));
    const Sent& sent = r.out.front();
    hop.out_link = net_.link_of(hop.host, sent.device);
    leg_.link = hop.out_link;
    leg_.arrived = on_wire(sent.packet);
    leg_.arrived.time = leg_.packet.time;
    if (!hop.out_link) return finish(LegEnd::unknown, fmt::format("{} has no device '{}'", name, sent.device));
    sender_ = &net_.end_of(hop.host, *hop.out_link);
    return take(hop_.next(*sender_, *hop.out_link, leg_.arrived, sent.gateway));
  }

  bool take(NextHopAnswer next) {
    at_ = next.end;
    leg_.link = next.link;
    if (at_) return true;
    leg_.next_hop = next.address;
    return finish(next.kind, std::move(next.why));
  }

  Internetwork& net_;
  PathLeg& leg_;
  NextHopFinder hop_;
  const LinkEnd* at_ = nullptr;       // that it comes to
  const LinkEnd* sender_ = nullptr;   // from which; none of an end system
};

PathLeg walk(Internetwork& net, Packet packet, PathPlace from, const LinkEnd* last, std::vector<std::string>& assumed) {
  PathLeg leg{.packet = std::move(packet), .from = from};
  if (!from.host) leg.link = from.link;
  Walk(net, leg, assumed).run(last);
  return leg;
}

std::string place_name(const Internetwork& net, const PathLeg& leg) {
  switch (leg.end) {
    case LegEnd::host: return net.name(leg.hops.back().host);
    case LegEnd::system: return fmt::format("an end system on {}", net.links()[*leg.link].name);
    default: return fmt::format("the outside by {}", net.links()[*leg.link].name);
  }
}

// Whether the answer is where the packet came from.
bool came_home(const Internetwork& net, const PathLeg& there, const PathLeg& back) {
  if (there.from.host) return back.end == LegEnd::host && back.hops.back().host == *there.from.host;
  if (back.end == LegEnd::outside) return net.links()[there.from.link].outside;
  return back.end == LegEnd::system && back.link == there.from.link;
}

std::string ends_text(const Packet& p) {
  const Ends e = ends_of(p);
  const auto side = [&](u128 address, Field port, std::uint64_t number) {
    const std::string text = address_text(p.family, address);
    if (!p.fields.has(port)) return text;
    return p.family == Family::v4 ? fmt::format("{}:{}", text, number) : fmt::format("[{}]:{}", text, number);
  };
  return fmt::format("{} -> {}", side(e.src, Field::sport, e.sport), side(e.dst, Field::dport, e.dport));
}

void judge_back(const Internetwork& net, PathAnswer& answer) {
  const PathLeg& back = *answer.back;
  if (!back.ended_well()) {
    answer.outcome = back.end == LegEnd::unknown ? PathAnswer::Outcome::unknown : PathAnswer::Outcome::stopped_back;
    answer.why = back.why;
    return;
  }
  answer.outcome = PathAnswer::Outcome::mismatched;
  if (!came_home(net, answer.there, back)) {
    answer.why = fmt::format("the answer ends at {}, which is not where the packet came from", place_name(net, back));
    return;
  }
  const Ends asked = ends_of(answer.there.packet), got = ends_of(back.arrived);
  if (got == Ends{asked.dst, asked.src, asked.dport, asked.sport})
    answer.outcome = PathAnswer::Outcome::both_ways;
  else
    answer.why = fmt::format("the answer comes as {}, and {} was asked", ends_text(back.arrived), ends_text(answer.there.packet));
}

}  // namespace

std::optional<PathPlace> place_of(const Internetwork& net, Family family, u128 source, std::string& why) {
  const std::string text = address_text(family, source);
  const auto several = [&](const std::string& what) {
    why = fmt::format("{} is {}", text, what);
    return std::nullopt;
  };
  if (const auto owners = net.owners(family, source); owners.size() == 1)
    return PathPlace{.host = owners.front()};
  else if (owners.size() > 1)
    return several(fmt::format("an address of {} and {}", net.name(owners[0]), net.name(owners[1])));
  std::optional<unsigned> longest;
  std::vector<std::size_t> links, outside;
  for (std::size_t i = 0; i < net.links().size(); ++i) {
    if (net.links()[i].outside && i < net.described_links()) outside.push_back(i);
    const auto length = net.network_length(i, family, source);
    if (!length || (longest && *length < *longest)) continue;
    if (longest != length) links.clear();
    longest = length;
    links.push_back(i);
  }
  if (links.size() == 1) return PathPlace{.link = links.front()};
  if (links.size() > 1) return several(fmt::format("in a network of {} and one of {}", net.links()[links[0]].name, net.links()[links[1]].name));
  if (outside.empty())
    for (std::size_t i = net.described_links(); i < net.links().size(); ++i) outside.push_back(i);
  if (outside.size() == 1) return PathPlace{.link = outside.front()};
  why = outside.empty() ? fmt::format("{} is on no link, and none is outside", text)
                        : fmt::format("{} is outside, and may come by {} or {}", text, net.links()[outside[0]].name, net.links()[outside[1]].name);
  return std::nullopt;
}

PathAnswer follow(Internetwork& net, Packet packet, PathPlace from) {
  PathAnswer answer;
  answer.there = walk(net, std::move(packet), from, nullptr, answer.assumed);
  const PathLeg& there = answer.there;
  if (!there.ended_well()) {
    answer.outcome = there.end == LegEnd::unknown ? PathAnswer::Outcome::unknown : PathAnswer::Outcome::stopped_there;
    answer.why = there.why;
    return answer;
  }
  std::optional<Packet> reply = answer_to(there.arrived, answer.why);
  if (!reply) {
    answer.outcome = is_fragment(there.arrived) ? PathAnswer::Outcome::unknown : PathAnswer::Outcome::one_way;
    return answer;
  }
  reply->time = there.packet.time + answer_delay;
  PathPlace back{.host = {}, .link = there.link.value_or(0)};
  if (there.end == LegEnd::host) back.host = there.hops.back().host;
  const LinkEnd* last = there.end == LegEnd::outside && !there.hops.empty() ? &net.end_of(there.hops.back().host, *there.link) : nullptr;
  answer.back = walk(net, std::move(*reply), back, last, answer.assumed);
  judge_back(net, answer);
  std::sort(answer.assumed.begin(), answer.assumed.end());
  answer.assumed.erase(std::unique(answer.assumed.begin(), answer.assumed.end()), answer.assumed.end());
  return answer;
}

}  // namespace fwsim
