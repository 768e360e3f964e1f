// The PPTP helper: a call announced in the control connection makes GRE flows of its call ids RELATED.
// The client is taken to be who opened the connection, and to have one call in it at a time.
// net/netfilter/nf_conntrack_pptp.c, net/ipv4/netfilter/nf_nat_pptp.c
#include <array>

#include "simulator/gre_keymap.hh"
#include "simulator/helper.hh"
#include "simulator/helpers/pptp_message.hh"
#include "simulator/nat.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t gre = 47;

enum class Session : std::uint8_t { none, error, stop_requested, requested, confirmed };
enum class Call : std::uint8_t { none, out_requested, out_confirmed, in_requested, in_replied, in_confirmed, clearing };

// struct nf_ct_pptp_master, struct nf_nat_pptp. The server is the "PAC", the client the "PNS".
struct PptpState {
  Session session = Session::none;
  Call call = Call::none;
  std::uint16_t server_id = 0;
  std::uint16_t client_id = 0;       // as the server sees it
  std::uint16_t real_client_id = 0;  // of a translated connection
};

Tuple gre_tuple(Tuple t, std::uint16_t from, std::uint16_t to) {
  t.proto = gre;
  t.sport = from;
  t.dport = to;
  return t;
}

// What the other direction's first packet would look like, had it come first. Of a translated call that the server
// begins the kernel looks for the ids in the new connection, which has none: the other expectation stays.
Tuple tuple_of_other(const CtEntry& master, const Expectation& e) {
  const auto state = static_cast<const PptpState*>(master.ext().helper_state.get());
  const Tuple& other = tuple_of(master, opposite(e.dir));
  if (!state || !(master.status & (ct_src_nat | ct_dst_nat))) return inverted(e.tuple).value_or(e.tuple);
  return e.dir == Direction::original ? gre_tuple(other, state->server_id, state->client_id) : gre_tuple(other, 0, 0);
}

// Gives the GRE connection the addresses of its master, and the call id on the translated side.
void translate_gre(World& world, CtEntry& child, const CtEntry& master, const Expectation& e) {
  const auto one = [](u128 value) { return Range{value, value}; };
  const Tuple& other = tuple_of(master, opposite(e.dir));
  NatRange source, destination;
  source.address = one(other.dst);
  destination.address = one(other.src);
  (e.dir == Direction::original ? source : destination).ports = one(e.saved_port);
  setup_nat(child, Manip::source, source, world.conntrack, world.random, world.now);
  setup_nat(child, Manip::destination, destination, world.conntrack, world.random, world.now);
}

// pptp_expectfn(): the two expectations of a call stand for one connection.
void run_pptp_expected(World& world, Packet&, CtEntry& child, const Expectation& e) {
  const CtRef master = child.ext().master;
  if (!master) return;
  Expectations& all = world.conntrack.expectations();
  if (const Expectation* other = all.find(tuple_of_other(*master, e), zone_id(child.zone), world.now))
    all.remove(other->serial);
  if (master->status & (ct_src_nat | ct_dst_nat)) translate_gre(world, child, *master, e);
}
constexpr ExpectFunction pptp_expected{"", run_pptp_expected};

void forget_gre(Conntrack& table, const CtEntry& master, const Tuple& tuple) {
  constexpr std::int64_t now = 0;  // whether it has expired or not
  bool reply = false;
  if (const auto entry = table.find(tuple, master.zone, now, reply))
    table.forget(entry);
  else if (const Expectation* e = table.expectations().find(tuple, zone_id(master.zone), now))
    table.expectations().remove(e->serial);
}

// pptp_destroy_siblings(): the call is over.
void end_call(Conntrack& table, CtEntry& master) {
  table.gre_keymap().remove_of(master);
  const auto state = static_cast<const PptpState*>(master.ext().helper_state.get());
  if (!state) return;
  forget_gre(table, master, gre_tuple(master.original(), state->client_id, state->server_id));
  forget_gre(table, master, gre_tuple(master.reply(), state->server_id, state->client_id));
}

Expectation expect_gre(const HelperContext& context, Direction dir, std::uint16_t from, std::uint16_t to) {
  const Tuple& t = tuple_of(*context.ct, dir);
  Expectation e = make_expectation(context, 0, t.src, t.dst, gre, from, to);
  e.fn = &pptp_expected;
  e.dir = dir;
  return e;
}

// exp_gre()
void expect_call(HelperContext& context, PptpState& state) {
  const std::uint16_t client = context.translated() ? state.real_client_id : state.client_id;
  Expectation there = expect_gre(context, Direction::original, client, state.server_id);
  Expectation back = expect_gre(context, Direction::reply, state.server_id, state.client_id);
  if (context.translated()) {
    there.saved_port = state.client_id;
    back.saved_port = client;
  }
  Expectations& all = context.world.conntrack.expectations();
  GreKeymap& keymap = context.world.conntrack.gre_keymap();
  const auto withdraw = [&](const Expectation& e) {
    for (const Expectation* mine : all.of(*context.ct, context.world.now))
      if (mine->tuple == e.tuple) return all.remove(mine->serial);
  };
  if (expect(context, there) != ExpectResult::added) return;
  if (expect(context, back) != ExpectResult::added) return withdraw(there);
  if (!keymap.add(context.ct, false, there.tuple)) {
    withdraw(back);
    return withdraw(there);
  }
  if (keymap.add(context.ct, true, back.tuple)) return;
  keymap.remove_of(*context.ct);
  withdraw(back);
  withdraw(there);
}

HelperVerdict replace_id(HelperContext& context, std::size_t at, std::uint16_t id) {
  const char text[2] = {static_cast<char>(id >> 8), static_cast<char>(id & 0xff)};
  if (mangle(context, at, 2, {text, 2})) return HelperVerdict::accept;
  context.reason = "pptp: the call id cannot be translated";
  return HelperVerdict::drop;
}

// The call id of a translated client becomes the port it is translated to.
HelperVerdict translate_outbound(HelperContext& context, PptpState& state, PptpType type) {
  switch (type) {
    case PptpType::out_call_request:
      state.real_client_id = state.client_id;
      state.client_id = context.ct->reply().dport;
      [[fallthrough]];
    case PptpType::in_call_reply:
    case PptpType::call_clear_request: return replace_id(context, pptp_first_id, state.client_id);
    default: return HelperVerdict::accept;
  }
}

HelperVerdict translate_inbound(HelperContext& context, const PptpState& state, PptpType type) {
  switch (type) {
    case PptpType::out_call_reply: return replace_id(context, pptp_second_id, state.real_client_id);
    case PptpType::in_call_connect:
    case PptpType::wan_error_notify:
    case PptpType::call_disconnect_notify:
    case PptpType::set_link_info: return replace_id(context, pptp_first_id, state.real_client_id);
    default: return HelperVerdict::accept;
  }
}

// From the client. False: the message does not fit the state, and passes untouched.
bool outbound(PptpState& state, const PptpMessage& message) {
  switch (message.type) {
    case PptpType::start_request:
      if (state.session != Session::none) return false;
      state.session = Session::requested;
      return true;
    case PptpType::stop_request: state.session = Session::stop_requested; return true;
    case PptpType::out_call_request:
      if (state.session != Session::confirmed) return false;
      state.call = Call::out_requested;
      state.client_id = message.call_id;
      return true;
    case PptpType::in_call_reply:
      if (state.call != Call::in_requested && state.call != Call::in_replied) return false;
      if (state.server_id != message.peer_call_id) return false;
      state.call = message.result == 1 ? Call::in_replied : Call::none;
      if (message.result == 1) state.client_id = message.call_id;
      return true;
    case PptpType::call_clear_request:
      if (state.session != Session::confirmed) return false;
      state.call = Call::clearing;
      return true;
    case PptpType::set_link_info:
    case PptpType::echo_request:
    case PptpType::echo_reply: return true;
    default: return false;
  }
}

// From the server.
bool inbound(HelperContext& context, PptpState& state, const PptpMessage& message) {
  switch (message.type) {
    case PptpType::start_reply:
      if (state.session < Session::requested) return false;
      state.session = message.result == 1 ? Session::confirmed : Session::error;
      return true;
    case PptpType::stop_reply:
      if (state.session > Session::stop_requested) return false;
      state.session = message.result == 1 ? Session::none : Session::error;
      return true;
    case PptpType::out_call_reply:
      if (state.session != Session::confirmed) return false;
      if (state.call != Call::out_requested && state.call != Call::out_confirmed) return false;
      if (state.client_id != message.peer_call_id) return false;
      state.call = message.result == 1 ? Call::out_confirmed : Call::none;
      if (message.result != 1) return true;
      state.server_id = message.call_id;
      expect_call(context, state);
      return true;
    case PptpType::in_call_request:
      if (state.session != Session::confirmed) return false;
      state.call = Call::in_requested;
      state.server_id = message.call_id;
      return true;
    case PptpType::in_call_connect:
      if (state.session != Session::confirmed) return false;
      if (state.call != Call::in_replied && state.call != Call::in_confirmed) return false;
      if (state.client_id != message.call_id) return false;  // the field is the peer's id here
      state.call = Call::in_confirmed;
      expect_call(context, state);
      return true;
    case PptpType::call_disconnect_notify:
      state.call = Call::none;
      end_call(context.world.conntrack, *context.ct);
      return true;
    case PptpType::wan_error_notify:
    case PptpType::set_link_info:
    case PptpType::echo_request:
    case PptpType::echo_reply: return true;
    default: return false;
  }
}

HelperVerdict help_pptp(HelperContext& context) {
  if (context.state != CtState::established) return HelperVerdict::accept;
  const auto message = read_pptp(payload(context.packet));
  if (!message) return HelperVerdict::accept;
  PptpState& state = context.state_of<PptpState>();
  const bool up = context.dir == Direction::original;
  if (!(up ? outbound(state, *message) : inbound(context, state, *message))) return HelperVerdict::accept;
  if (!context.translated()) return HelperVerdict::accept;
  return up ? translate_outbound(context, state, message->type) : translate_inbound(context, state, message->type);
}

constexpr std::array<HelperKind::Class, 1> classes{{{2, 300}}};

}  // namespace

extern const HelperKind helper_pptp{"pptp", 6, classes, help_pptp, true, end_call};

}  // namespace fwsim
