// TFTP (net/netfilter/nf_conntrack_tftp.c, nf_nat_tftp.c): the server answers a request from a port of its own
// (RFC 1350).
#include "simulator/helper.hh"

namespace fwsim {
namespace {

constexpr unsigned read_request = 1, write_request = 2;
constexpr HelperKind::Class classes[] = {{.max = 1, .timeout = 300}};

HelperVerdict help(HelperContext& context) {
  const Bytes data = context.packet.transport().subspan(std::min<std::size_t>(8, context.packet.transport().size()));
  const unsigned opcode = be16(data, 0);
  if (data.size() < 2 || (opcode != read_request && opcode != write_request)) return HelperVerdict::accept;
  const Tuple& reply = context.ct->reply();
  Expectation e = make_expectation(context, 0, reply.src, reply.dst, 17, std::nullopt, reply.dport);
  if (context.translated()) {
    e.saved_port = context.ct->original().sport;
    e.dir = Direction::reply;
    e.fn = &follow_master;
  }
  if (expect(context, e) != ExpectResult::added) return drop_packet(context, "cannot add expectation");
  return HelperVerdict::accept;
}

}  // namespace

extern const HelperKind helper_tftp{.name = "tftp", .proto = 17, .classes = classes, .help = help};

}  // namespace fwsim
