// The NAT half of helpers (net/netfilter/nf_nat_helper.c): rewriting what was read, and making the
// expected connection follow its master's translation.
#include <algorithm>
#include <utility>

#include "simulator/helper.hh"
#include "simulator/nat.hh"
#include "simulator/rewrite.hh"
#include "simulator/seqadj.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6, udp = 17;
constexpr std::size_t longest_packet = 65535;
constexpr int most_attempts = 128;

void follow(World& world, Packet&, CtEntry& child, const Expectation& expectation) {
  const CtRef& master = child.ext().master;
  if (!master) return;
  const auto one = [](u128 a) { return Range{a, a}; };
  const Tuple& other = tuple_of(*master, opposite(expectation.dir));
  // From where the master's packets go to, so that the peer looks like the master's; ...
  setup_nat(child, Manip::source, {.address = one(other.dst)}, world.conntrack, world.random, world.now);
  // ... to the end that announced it, at the port that it announced.
  setup_nat(child, Manip::destination, {.address = one(other.src), .ports = one(expectation.saved_port)}, world.conntrack,
            world.random, world.now);
}

}  // namespace

const ExpectFunction follow_master{"nat-follow-master", follow};

bool mangle(HelperContext& context, std::size_t at, std::size_t length, std::string_view text, bool adjust) {
  Packet& p = context.packet;
  if (text.size() > length && p.stated_length() + text.size() - length > longest_packet) return false;
  const std::size_t start = std::min(payload_at(p) + at, p.bytes.size());
  const std::size_t end = std::min(start + length, p.bytes.size());
  const auto put = [&](std::size_t offset) { return p.bytes.begin() + static_cast<std::ptrdiff_t>(offset); };
  const std::size_t kept = std::min(end - start, text.size());
  std::copy_n(text.begin(), kept, put(start));
  if (text.size() > kept)
    p.bytes.insert(put(start + kept), text.begin() + static_cast<std::ptrdiff_t>(kept), text.end());
  else
    p.bytes.erase(put(start + kept), put(end));
  if (p.protocol == udp) put16(p.bytes, p.l4 + 4, p.stated_length() - p.l4);
  set_length(p);
  fix_checksums(p);
  decode(p);
  if (adjust && p.protocol == tcp)
    set_seq_adjust(*context.ct, context.dir == Direction::reply, be32(p.all(), p.l4 + 4),
                   static_cast<std::int32_t>(text.size()) - static_cast<std::int32_t>(length));
  return true;
}

std::uint16_t expect_near(HelperContext& context, Expectation& expectation, std::uint16_t port) {
  const unsigned above = 65535U - port;
  int attempts = std::min<int>(static_cast<int>(above), most_attempts);
  const std::uint16_t wanted = port;
  for (;;) {
    expectation.tuple.dport = port;
    const ExpectResult result = expect(context, expectation);
    if (result == ExpectResult::added) return port;
    if (result != ExpectResult::busy || --attempts < 0) return 0;
    port = static_cast<std::uint16_t>(wanted + context.world.random() % above);
  }
}

void welcome_expected(World& world, Packet& packet) {
  if (!packet.ct || !packet.ct->ext().expectation) return;
  const auto expectation = std::exchange(packet.ct->extend().expectation, nullptr);
  if (expectation->fn) expectation->fn->run(world, packet, *packet.ct, *expectation);
  Conntrack::describe(packet, world.now);
}

}  // namespace fwsim
