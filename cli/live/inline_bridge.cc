// A bump in the wire: what comes by one device and is not dropped leaves by the other, with the MAC addresses it had. What
// is not IP (ARP, LLDP, STP, ...) passes unseen. Frames to the MAC address of one of the devices are this machine's, whose
// kernel has them too: they are left to it.
#include <algorithm>
#include <utility>

#include "cli/live/inline.hh"
#include "simulator/live/departures.hh"
#include "simulator/rewrite.hh"
#include "simulator/sources/wire_writer.hh"

namespace fwsim {
namespace {

constexpr std::size_t macs = 12;

std::uint64_t mac_at(Bytes frame, std::size_t at) { return std::uint64_t{be16(frame, at)} << 32 | be32(frame, at + 2); }

// How long the header is before an IP packet: Ethernet, VLAN tags, PPPoE.
std::size_t link_size(Bytes frame) {
  std::size_t at = macs;
  const auto is_tag = [](unsigned type) { return type == 0x8100 || type == 0x88a8 || type == 0x9100; };
  while (is_tag(be16(frame, at))) at += 4;
  return at + (be16(frame, at) == 0x8864 ? 10 : 2);
}

class Bridge : public Carrier {
 public:
  Bridge(Session& session, const DevicePair& devices) : Carrier(session, devices, true) {}

 private:
  // Where a packet came from, for what it caused.
  struct Cause {
    std::size_t from = 0;
    Bytes header;   // of its frame
    u128 src = 0, dst = 0;
  };

  void carry(std::size_t from, const Arrived& arrived) override {
    const Bytes frame = arrived.frame;
    if (frame.size() < macs + 2) return;
    const std::uint64_t to = mac_at(frame, 0);
    if (to == wire(0).facts().mac || to == wire(1).facts().mac) return;
    Stripped stripped;
    std::vector<Packet> packets = packets_in(from, arrived, stripped);
    if (stripped.kind != Stripped::Kind::packet) {
      put(1 - from, frame, {});
      return;
    }
    const Bytes header = frame.first(std::min(link_size(frame), frame.size()));
    for (Packet& packet : packets) take(from, header, std::move(packet));
  }

  void take(std::size_t from, Bytes header, Packet packet) {
    const Cause cause{from, header, packet.fields.get(Field::src), packet.fields.get(Field::dst)};
    std::vector<std::uint8_t> as_it_came;
    if (accepts_unknown()) as_it_came = packet.bytes;
    const Result result = judge(from, std::move(packet));
    const std::vector<Departure> leaving = departures(result, accepts_unknown());
    for (const Departure& departure : leaving) send(departure, cause);
    if (result.fate == Fate::unknown && accepts_unknown() && leaving.empty()) put(1 - from, header, as_it_came);
  }

  void send(const Departure& departure, const Cause& cause) {
    const Sent& sent = *departure.sent;
    const Packet& packet = sent.packet;
    std::vector<std::uint8_t> header(cause.header.begin(), cause.header.end());
    if (header.size() >= macs + 10 && be16(header, header.size() - 10) == 0x8864) put16(header, header.size() - 4, packet.bytes.size() + 2);
    const bool carried = packet.link.present && (departure.bridged || packet.fields.has(Field::physout));
    if (!carried && packet.fields.get(Field::dst) == cause.src) return answer(packet, std::move(header), cause);
    const Interface* device = session().engine().host().find(sent.device);
    const auto to = place_of(sent.device);
    const LinkHeader link = device ? departing_link(sent, *device, session().engine().host(), departure.bridged) : LinkHeader();
    // A destination that NAT has chosen is where the old one was, unless the neighbour is described.
    const bool keeps = carried && mac_at(link.ethernet, 0) == 0;
    const std::size_t first = keeps ? 6 : 0;
    if (!to || (!carried && mac_at(link.ethernet, 0) == 0)) {
      session().trouble("packets to hosts whose MAC address is not known are lost");
      return;
    }
    std::copy(link.ethernet.begin() + static_cast<std::ptrdiff_t>(first), link.ethernet.begin() + macs,
              header.begin() + static_cast<std::ptrdiff_t>(first));
    put(*to, header, packet.bytes);
  }

  // What REJECT and the like send goes back to where the packet came from. A bridge without an address speaks in the name
  // of the one that was asked.
  void answer(const Packet& packet, std::vector<std::uint8_t> header, const Cause& cause) {
    std::rotate(header.begin(), header.begin() + 6, header.begin() + macs);
    if ((header[6] & 1) != 0) {   // it was for many
      for (std::size_t i = 0; i < 6; ++i) header[6 + i] = static_cast<std::uint8_t>(wire(cause.from).facts().mac >> (40 - 8 * i));
    }
    if (packet.fields.get(Field::src) != 0) return put(cause.from, header, packet.bytes);
    Packet named = packet;
    set_field(named, Field::src, cause.dst);
    put(cause.from, header, named.bytes);
  }
};

}  // namespace

int run_bridge(Session& session, const DevicePair& devices) { return Bridge(session, devices).run(); }

}  // namespace fwsim
