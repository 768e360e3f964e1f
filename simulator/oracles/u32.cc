// -m u32: tests on 32-bit words of the packet (net/netfilter/xt_u32.c, u32_match_it). A word that
// does not lie in the packet fails the whole expression, so it makes a negated one true.
#include "model/matches/u32.hh"
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

// The location's value, or what to answer when it lies outside.
struct Value {
  std::uint32_t number = 0;
  std::optional<Answer> outside;
};

Value evaluate(const Packet& packet, const std::vector<U32Step>& location) {
  const Bytes b = packet.all();
  std::uint64_t base = 0;
  Value value;
  const auto load = [&](std::uint64_t at) {
    if (at + 4 > b.size())
      value.outside = when_missing(packet, at + 4, Answer::no);
    else
      value.number = be32(b, at);
  };
  for (const U32Step& step : location) {
    switch (step.op) {
      case U32Step::Op::load: load(step.number); break;
      case U32Step::Op::mask: value.number &= step.number; break;
      case U32Step::Op::left: value.number <<= step.number; break;
      case U32Step::Op::right: value.number >>= step.number; break;
      case U32Step::Op::at:
        base += value.number;
        if (base > 0xffffffff)
          value.outside = Answer::no;
        else
          load(base + step.number);
        break;
    }
    if (value.outside) break;
  }
  return value;
}

Answer test(const Packet& packet, const U32Program& program) {
  for (const U32Test& test : program.tests) {
    const Value value = evaluate(packet, test.location);
    if (value.outside) return *value.outside;
    bool found = false;
    for (const U32Range& range : test.values)
      found = found || (range.low <= value.number && value.number <= range.high);
    if (!found) return Answer::no;
  }
  return Answer::yes;
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  std::string why;
  std::size_t where = 0;
  return make_packet_test([program = *read_u32(use.text("u32"), why, where),
                           inverted = use.inverted("u32")](const Packet& packet) {
    const Answer result = test(packet, program);
    return result == Answer::unknown ? result : answer((result == Answer::yes) != inverted);
  });
}

}  // namespace

extern const OracleKind oracle_u32{"u32", make};

}  // namespace fwsim
