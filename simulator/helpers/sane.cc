// SANE, the scanner protocol (net/netfilter/nf_conntrack_sane.c): the answer to SANE_NET_START names the port of
// the data. There is no NAT part.
#include <utility>

#include "simulator/helper.hh"

namespace fwsim {
namespace {

constexpr std::size_t request_size = 8, answer_size = 8;
constexpr std::uint32_t net_start = 7, success = 0;
constexpr HelperKind::Class classes[] = {{.max = 1, .timeout = 300}};

struct State {
  bool start_requested = false;
};

HelperVerdict help(HelperContext& context) {
  if (context.state != CtState::established) return HelperVerdict::accept;
  const Bytes data = payload(context.packet);
  if (data.empty()) return HelperVerdict::accept;
  State& state = context.state_of<State>();
  if (context.dir == Direction::original) {
    if (data.size() == request_size) state.start_requested = be32(data, 0) == net_start;
    return HelperVerdict::accept;
  }
  if (!std::exchange(state.start_requested, false)) return HelperVerdict::accept;
  if (data.size() < answer_size || be32(data, 0) != success || be16(data, 4) != 0) return HelperVerdict::accept;
  const Tuple& original = context.ct->original();
  const Expectation e = make_expectation(context, 0, original.src, original.dst, 6, std::nullopt, be16(data, 6));
  if (expect(context, e) != ExpectResult::added) return drop_packet(context, "cannot add expectation");
  return HelperVerdict::accept;
}

}  // namespace

extern const HelperKind helper_sane{.name = "sane", .proto = 6, .classes = classes, .help = help};

}  // namespace fwsim
