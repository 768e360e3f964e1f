// IRC (net/netfilter/nf_conntrack_irc.c, nf_nat_irc.c): a client's "PRIVMSG bob :\1DCC SEND file ADDRESS PORT" lets
// others connect to it. Only the message's start is looked at, and only what clients send.
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "simulator/helper.hh"

namespace fwsim {
namespace {

constexpr HelperKind::Class classes[] = {{.max = 8, .timeout = 300}};
constexpr std::string_view commands[] = {"SEND ", "CHAT ", "MOVE ", "TSEND ", "SCHAT "};
constexpr std::string_view privmsg = "PRIVMSG ", message_start = " :", dcc = "\1DCC ";
constexpr std::size_t least_command = 10;   // "PRIVMSG x "
constexpr std::size_t least_message = 26;   // " :\1DCC SEND t AAAAAAAA P\1\n"
constexpr std::size_t least_end = 12;       // "AAAAAAAA P\1\n"

struct Offer {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  std::size_t at = 0, length = 0;   // of "ADDRESS PORT" in the payload
};

bool same_letters(std::string_view a, std::string_view upper) {
  if (a.size() < upper.size()) return false;
  for (std::size_t i = 0; i < upper.size(); ++i)
    if ((a[i] >= 'a' && a[i] <= 'z' ? a[i] - 32 : a[i]) != upper[i]) return false;
  return true;
}

// simple_strtoul(): the digits there are, and where they end.
template <class T>
T read_number(std::string_view text, std::size_t& at) {
  T value = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
    value = static_cast<T>(value * 10 + static_cast<T>(text[at] - '0'));
  return value;
}

// What follows the command: the name, the address and the port.
std::optional<Offer> read_offer(std::string_view text, std::size_t at) {
  while (text[at++] != ' ')
    if (at + least_end > text.size()) return std::nullopt;
  if (text.find('\n', at) == std::string_view::npos) return std::nullopt;
  Offer offer{.at = at};
  offer.address = static_cast<std::uint32_t>(read_number<std::uint64_t>(text, at));
  while (text[at] == ' ')
    if (++at >= text.size()) return std::nullopt;
  offer.port = static_cast<std::uint16_t>(read_number<std::uint64_t>(text, at));
  offer.length = at - offer.at;
  return offer;
}

// Where the command behind "PRIVMSG " begins, white space and all; the start where the text is too short
// for one. Nothing when it is another command.
std::optional<std::size_t> skip_privmsg(std::string_view text) {
  std::size_t at = 0;
  while (at + least_command < text.size() && (text[at] == ' ' || text[at] == '\r' || text[at] == '\n')) ++at;
  if (at + least_command >= text.size()) return at;
  if (!same_letters(text.substr(at), privmsg)) return std::nullopt;
  return at + privmsg.size();
}

// Where the text behind the next " :\1DCC " begins; nothing when the next message is another one.
std::optional<std::size_t> find_dcc(std::string_view text, std::size_t at) {
  while (at + least_message < text.size() && text.substr(at, message_start.size()) != message_start) ++at;
  if (at + least_message >= text.size()) return std::nullopt;
  at += message_start.size();
  if (text.substr(at, dcc.size()) != dcc) return std::nullopt;
  return at + dcc.size();
}

HelperVerdict translate(HelperContext& context, Expectation& e, const Offer& offer) {
  e.saved_port = e.tuple.dport;
  e.dir = Direction::reply;
  e.fn = &follow_master;
  const std::uint16_t port = expect_near(context, e, e.saved_port);
  if (port == 0) return drop_packet(context, "all ports in use");
  const auto address = static_cast<std::uint32_t>(context.ct->reply().dst);
  if (!mangle(context, offer.at, offer.length, fmt::format("{} {}", address, port)))
    return drop_packet(context, "cannot mangle packet");
  return HelperVerdict::accept;
}

HelperVerdict announce(HelperContext& context, const Offer& offer) {
  Expectation e = make_expectation(context, 0, std::nullopt, context.opposite_tuple().dst, 6, std::nullopt, offer.port);
  if (context.translated()) return translate(context, e, offer);
  if (expect(context, e) != ExpectResult::added) return drop_packet(context, "cannot add expectation");
  return HelperVerdict::accept;
}

// The offer of the client's own address, inside or outside; any other is forged, and nothing behind it is read.
std::optional<Offer> find_offer(const HelperContext& context, std::string_view text) {
  auto at = skip_privmsg(text);
  while (at && (at = find_dcc(text, *at))) {
    for (const std::string_view command : commands) {
      if (text.substr(*at, command.size()) != command) continue;
      *at += command.size();
      const auto offer = read_offer(text, *at);
      if (!offer) return std::nullopt;
      const bool own = context.tuple().src == offer->address || context.opposite_tuple().dst == offer->address;
      return own && offer->port != 0 ? offer : std::nullopt;
    }
  }
  return std::nullopt;
}

HelperVerdict help(HelperContext& context) {
  if (context.dir == Direction::reply || context.state != CtState::established) return HelperVerdict::accept;
  const auto offer = find_offer(context, payload_text(context.packet));
  return offer ? announce(context, *offer) : HelperVerdict::accept;
}

}  // namespace

extern const HelperKind helper_irc{.name = "irc", .proto = 6, .classes = classes, .help = help, .v4_only = true};

}  // namespace fwsim
