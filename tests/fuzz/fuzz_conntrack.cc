// Any sequence of packets through connection tracking and NAT: the table stays consistent, checksums that
// were right stay right, and the answer to a translated packet is translated back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "tests/fuzz/check.hh"

namespace {

using namespace fwsim;

constexpr const char* rules =
    "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth0 -p udp -m udp --dport 7 -j CT --zone 7\n"
    "-A PREROUTING -p tcp -m tcp --dport 9 -j CT --notrack\nCOMMIT\n"
    "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
    "-A PREROUTING -i eth1 -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.1.20-192.168.1.23:8080-8083\n"
    "-A PREROUTING -i eth1 -p udp -m udp --dport 53 -j DNAT --to-destination 192.168.1.20\n"
    "-A PREROUTING -i eth1 -d 203.0.113.64/28 -j NETMAP --to 192.168.1.64/28\n"
    "-A PREROUTING -i eth0 -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 8081\n"
    "-A INPUT -p tcp -m tcp --dport 8081 -j SNAT --to-source 192.0.2.5\n"
    "-A POSTROUTING -o eth1 -p udp -m udp --dport 5000:5003 -j SNAT --to-source 203.0.113.10-203.0.113.12:1024-1027\n"
    "-A POSTROUTING -o eth1 -j MASQUERADE --random\nCOMMIT\n"
    "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A FORWARD -p tcp -m tcp --dport 1 -j REJECT --reject-with tcp-reset\n"
    "-A FORWARD -p udp -m udp --dport 1 -j REJECT\n"
    "-A FORWARD -m conntrack --ctstate INVALID\nCOMMIT\n";

Host gateway() {
  Host host = default_host();
  for (const char* name : {"eth0", "eth1"}) {
    Interface i;
    i.name = name;
    i.addresses = {{.family = Family::v4, .address = name[3] == '0' ? 0xc0a80101U : 0xcb007101U, .length = 24}};
    host.interfaces.push_back(i);
  }
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth1", .gateway = 0xcb0071feU}}});
  host.sysctls["net.netfilter.nf_conntrack_max"] = "20";
  return host;
}

const Ruleset& ruleset() {
  static const Parsed parsed = parse_ruleset(rules, {.file = "fuzz", .family = Family::v4});
  return parsed.ruleset;
}

// The input as decisions: 0 when it has run out.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ >= size_; }
  std::uint8_t byte() { return empty() ? std::uint8_t{0} : data_[at_++]; }
  template <class T, std::size_t n>
  T of(const T (&list)[n]) { return list[byte() % n]; }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

constexpr std::uint32_t addresses[] = {0xc0a8010a, 0xc0a80142, 0xc0a80114, 0xc6336405, 0xc6336406, 0xcb007101, 0xcb007140,
                                       0xcb00710a, 0xc0a80101};
constexpr std::uint16_t ports[] = {1, 7, 9, 53, 80, 81, 1024, 1025, 5000, 5001, 8080, 8081, 40000};
constexpr std::uint8_t protocols[] = {6, 6, 17, 17, 1, 1, 132, 136, 47, 50, 33};

std::vector<std::uint8_t> transport(Choices& in, unsigned protocol) {
  std::vector<std::uint8_t> b(protocol == 6 ? 20 : protocol == 1 ? 8 : 16, 0);
  if (protocol == 1) {
    b[0] = in.byte();
    b[1] = in.byte() & 3;
    b[5] = in.byte() & 3;
  } else {
    put16(b, 0, in.of(ports));
    put16(b, 2, in.of(ports));
  }
  if (protocol == 6) {
    b[6] = in.byte(), b[7] = in.byte(), b[10] = in.byte(), b[11] = in.byte();
    b[12] = 0x50;
    b[13] = in.byte();
    put16(b, 14, static_cast<std::uint64_t>(in.byte()) * 64);
  }
  if (protocol == 17) put16(b, 4, b.size());
  if (protocol == 17 || protocol == 136) b[6] = 1;  // there is a checksum, to be filled in
  for (std::size_t i = 0, n = in.byte() & 31; (protocol != 17) && i < n; ++i) b.push_back(in.byte());
  return b;
}

Packet make_packet(Choices& in, const std::vector<std::uint8_t>& last) {
  Packet p;
  p.bytes.assign(20, 0);
  p.bytes[0] = 0x45;
  p.bytes[8] = 64;
  p.bytes[9] = in.of(protocols);
  put32(p.bytes, 12, in.of(addresses));
  put32(p.bytes, 16, in.of(addresses));
  std::vector<std::uint8_t> rest = transport(in, p.bytes[9]);
  // An ICMP error quotes what left last.
  if (p.bytes[9] == 1 && (rest[0] & 1) != 0 && !last.empty()) {
    rest.resize(8);
    rest.insert(rest.end(), last.begin(), last.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(last.size(), in.byte())));
    std::copy_n(last.begin() + 12, 4, p.bytes.begin() + 16);
  }
  p.bytes.insert(p.bytes.end(), rest.begin(), rest.end());
  put16(p.bytes, 2, p.bytes.size());
  return p;
}

bool sums_right(Packet p) { return decode(p) && transport_checksum_ok(p); }

// Addresses and ports, as they are or as an answer to them has them.
std::vector<std::uint8_t> ends(const Packet& p, bool swapped) {
  std::vector<std::uint8_t> e(12);
  for (std::size_t i = 0; i < 12; ++i) {
    const std::size_t size = i < 8 ? 4 : 2, from = i < 8 ? 0 : 8, at = i - from;
    const std::size_t j = from + (swapped ? (at + size) % (2 * size) : at);
    e[i] = byte_at(p.bytes, j < 8 ? 12 + j : p.l4 + j - 8);
  }
  return e;
}

// The UDP answer to what left comes back to where the question came from.
void check_answer(Engine& engine, const Packet& question, const Result& result) {
  if (result.fate != Fate::forwarded || result.out.size() != 1 || question.protocol != 17) return;
  if (!result.ct_state || (*result.ct_state != CtState::fresh && *result.ct_state != CtState::established)) return;
  if (be16(question.bytes, question.l4 + 2) == 7) return;  // in a zone that its answers do not know
  Packet answer = result.out[0].packet;
  if (!decode(answer)) return;
  const std::vector<std::uint8_t> turned = ends(answer, true);
  std::copy_n(turned.begin(), 8, answer.bytes.begin() + 12);
  std::copy_n(turned.begin() + 8, 4, answer.bytes.begin() + static_cast<std::ptrdiff_t>(answer.l4));
  Packet packet;
  packet.bytes = answer.bytes;
  packet.time = question.time;
  if (!decode(packet)) return;
  fix_checksums(packet);
  if (!decode(packet)) return;
  const Result back = engine.receive(packet, result.out_if);
  if (back.fate != Fate::forwarded || back.out.size() != 1) return;
  fuzz::check(ends(back.out[0].packet, false) == ends(question, true));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices in(data, size);
  Engine engine(&ruleset(), nullptr, gateway(), {}, in.byte());
  std::int64_t now = 1'700'000'000'000'000'000;
  std::vector<std::uint8_t> last;
  for (unsigned i = 0; i < 100 && !in.empty(); ++i) {
    const std::uint8_t how = in.byte();
    now += std::int64_t{how & 7} * (how & 8 ? 60'000'000'000 : 1'000'000);
    Packet packet = make_packet(in, last);
    packet.time = now;
    packet.locally_sent = (how & 0xc0) == 0xc0;
    fix_header_checksum(packet);
    if (!decode(packet)) continue;
    if ((how & 0x30) != 0) {
      fix_checksums(packet);
      decode(packet);
    }
    const bool right = sums_right(packet);
    const Packet question = packet;
    const Result result = packet.locally_sent ? engine.send(packet) : engine.receive(packet, how & 0x80 ? "eth1" : "eth0");
    fuzz::check(engine.world().conntrack.consistent());
    for (const Sent& sent : result.out) {
      fuzz::check(!right || sums_right(sent.packet));
      last = sent.packet.bytes;
    }
    if (!packet.locally_sent && right) check_answer(engine, question, result);
    fuzz::check(engine.world().conntrack.consistent());
  }
  return 0;
}
