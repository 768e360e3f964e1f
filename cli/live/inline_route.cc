// A router between two devices of this machine, beside its kernel, which does not forward. The addresses stay the kernel's:
// it answers ARP and neighbour discovery, and is asked for the MAC addresses of next hops. What is delivered to the machine
// itself is left to the kernel, which received it as well; what the machine sends does not come by here.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cli/live/inline.hh"
#include "simulator/bridge.hh"
#include "simulator/live/departures.hh"
#include "simulator/live/neighbours.hh"
#include "simulator/live/quiet_kernel.hh"
#include "simulator/rewrite.hh"
#include "simulator/sources/wire_writer.hh"

namespace fwsim {
namespace {

// Packets that wait for the MAC address of their next hop.
constexpr std::size_t most_waiting = 16, most_hops = 1024;
constexpr unsigned seconds_to_wait = 4;   // the kernel asks three times, a second apart

class Router : public Carrier {
 public:
  Router(Session& session, const DevicePair& devices) : Carrier(session, devices, false) {
    renewed();
    neighbours_.found = [this](const Neighbours::Key& key, std::uint64_t mac) { release(key, mac); };
    neighbours_.lost = [this](const Neighbours::Key& key) { give_up(key); };
    session.loop().watch(neighbours_.descriptor(), [this] { neighbours_.read(); });
  }
  ~Router() override { session().loop().unwatch(neighbours_.descriptor()); }

 private:
  struct Waiting {
    std::size_t to = 0;
    unsigned seconds = 0;
    std::vector<std::pair<Family, std::vector<std::uint8_t>>> packets;
  };

  void renewed() override {
    quiet_.reset();
    quiet_ = std::make_unique<QuietKernel>(std::vector{wire(0).facts().index, wire(1).facts().index});
  }

  void carry(std::size_t from, const Arrived& arrived) override {
    if (arrived.for_another) return;
    Stripped stripped;
    for (Packet& packet : packets_in(from, arrived, stripped))
      if (!packet.link.tagged && packet.link.present) take(from, std::move(packet));   // tagged: another device's
  }

  void take(std::size_t from, Packet packet) {
    Packet as_it_came;
    if (accepts_unknown()) as_it_came = packet;
    const Result result = judge(from, std::move(packet));
    const std::vector<Departure> leaving = departures(result, accepts_unknown());
    for (const Departure& departure : leaving) send(*departure.sent);
    if (result.fate == Fate::unknown && accepts_unknown() && leaving.empty()) pass(from, std::move(as_it_came));
  }

  // As if there were no rules.
  void pass(std::size_t from, Packet packet) {
    const RouteResult route = session().engine().routing().input({.family = packet.family,
                                                                  .src = packet.fields.get(Field::src),
                                                                  .dst = packet.fields.get(Field::dst),
                                                                  .tos = static_cast<std::uint8_t>(packet.fields.number(Field::tos)),
                                                                  .in = devices()[from]});
    const std::uint64_t ttl = packet.fields.number(Field::ttl);
    if (route.kind != RouteResult::Kind::forward || ttl <= 1) return;
    set_field(packet, Field::ttl, ttl - 1);
    send({.device = route.device, .packet = std::move(packet), .gateway = route.gateway});
  }

  void send(const Sent& sent) {
    if (sent.device == "lo") return;
    const auto to = place_of(sent.device);
    if (!to) {
      session().trouble(fmt::format("packets that leave by {} are lost: it is none of the two devices", sent.device));
      return;
    }
    const Host& host = session().engine().host();
    const std::uint64_t described = [&] {
      const LinkHeader link = departing_link(sent, *host.find(sent.device), host);
      return std::uint64_t{be16(link.ethernet, 0)} << 32 | be32(link.ethernet, 2);
    }();
    if (is_group_mac(described)) return put_to(*to, described, sent.packet.family, sent.packet.bytes);
    const u128 hop = sent.gateway.value_or(sent.packet.next_hop.value_or(sent.packet.fields.get(Field::dst)));
    const Neighbours::Key key{.device = wire(*to).facts().index, .family = sent.packet.family, .address = hop};
    if (const auto mac = neighbours_.find(key, session().now())) return put_to(*to, *mac, sent.packet.family, sent.packet.bytes);
    if (!waiting_.contains(key) && waiting_.size() >= most_hops) return;
    Waiting& waiting = waiting_[key];
    waiting.to = *to;
    if (waiting.packets.size() < most_waiting) waiting.packets.emplace_back(sent.packet.family, sent.packet.bytes);
  }

  void put_to(std::size_t to, std::uint64_t mac, Family family, Bytes packet) {
    std::array<std::uint8_t, 14> header{};
    for (std::size_t i = 0; i < 6; ++i) {
      header[i] = static_cast<std::uint8_t>(mac >> (40 - 8 * i));
      header[6 + i] = static_cast<std::uint8_t>(wire(to).facts().mac >> (40 - 8 * i));
    }
    header[12] = family == Family::v4 ? 0x08 : 0x86;
    header[13] = family == Family::v4 ? 0x00 : 0xdd;
    put(to, header, packet);
  }

  void release(const Neighbours::Key& key, std::uint64_t mac) {
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return;
    const Waiting waiting = std::move(found->second);
    waiting_.erase(found);
    for (const auto& [family, packet] : waiting.packets) put_to(waiting.to, mac, family, packet);
  }

  void give_up(const Neighbours::Key& key) {
    if (waiting_.erase(key) != 0) session().trouble("packets to hosts that do not answer on their link are lost");
  }

  void tick() override {
    std::vector<Neighbours::Key> late;
    for (auto& [key, waiting] : waiting_)
      if (++waiting.seconds > seconds_to_wait) late.push_back(key);
    for (const Neighbours::Key& key : late) give_up(key);
  }

  std::unique_ptr<QuietKernel> quiet_;
  Neighbours neighbours_;
  std::map<Neighbours::Key, Waiting> waiting_;
};

}  // namespace

int run_router(Session& session, const DevicePair& devices) { return Router(session, devices).run(); }

}  // namespace fwsim
