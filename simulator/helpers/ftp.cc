// FTP (net/netfilter/nf_conntrack_ftp.c, nf_nat_ftp.c): PORT and EPRT of the client, the answers 227 and 229 of the
// server name the end of the data connection (RFC 959, RFC 2428). Only segments that begin where an earlier one ended
// with a newline are read.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "simulator/helper.hh"
#include "simulator/helpers/ftp_numbers.hh"

namespace fwsim {
namespace {

constexpr HelperKind::Class classes[] = {{.max = 1, .timeout = 300}};
constexpr std::size_t remembered_newlines = 2;

// Where the next segment begins that may be read, in each direction.
struct State {
  struct Newlines {
    std::array<std::uint32_t, remembered_newlines> seq{};
    std::size_t count = 0;
  };
  std::array<Newlines, 2> after_newline;
};

bool before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

bool known(const State::Newlines& newlines, std::uint32_t seq) {
  for (std::size_t i = 0; i < newlines.count; ++i)
    if (newlines.seq[i] == seq) return true;
  return false;
}

// Forgets the older one when there is no room, unless the new one is older still.
void remember(State::Newlines& newlines, std::uint32_t seq) {
  if (known(newlines, seq)) return;
  if (newlines.count < remembered_newlines) {
    newlines.seq[newlines.count++] = seq;
    return;
  }
  std::uint32_t& oldest = newlines.seq[before(newlines.seq[0], newlines.seq[1]) ? 0 : 1];
  if (before(oldest, seq)) oldest = seq;
}

std::string announcement(FtpKind kind, Family family, u128 address, std::uint16_t port) {
  const auto a = static_cast<std::uint32_t>(address);
  switch (kind) {
    case FtpKind::port:
    case FtpKind::pasv:
      return fmt::format("{},{},{},{},{},{}", a >> 24, (a >> 16) & 255, (a >> 8) & 255, a & 255, port >> 8, port & 255);
    case FtpKind::eprt:
      if (family == Family::v4) return fmt::format("|1|{}|{}|", address_text(family, address), port);
      return fmt::format("|2|{}|{}|", full_address_text(address), port);
    case FtpKind::epsv: break;
  }
  return fmt::format("|||{}|", port);
}

HelperVerdict translate(HelperContext& context, Expectation& e, const FtpMatch& match) {
  e.saved_port = e.tuple.dport;
  e.dir = opposite(context.dir);
  e.fn = &follow_master;
  const std::uint16_t port = expect_near(context, e, e.saved_port);
  if (port == 0) return drop_packet(context, "all ports in use");
  // PORT and 227 have only room for the first 32 bits of an address.
  const Family family = e.tuple.family;
  u128 address = context.opposite_tuple().dst;
  if (family == Family::v6 && (match.kind == FtpKind::port || match.kind == FtpKind::pasv)) address >>= 96;
  if (!mangle(context, match.at, match.length, announcement(match.kind, family, address, port)))
    return drop_packet(context, "cannot mangle packet");
  return HelperVerdict::accept;
}

HelperVerdict announce(HelperContext& context, const FtpMatch& match) {
  // Another host's address is not believed (the module's loose=0).
  if (match.address != context.tuple().src) {
    note(context, fmt::format("{} names another host: not expected", match.pattern));
    return HelperVerdict::accept;
  }
  const Tuple& other = context.opposite_tuple();
  Expectation e = make_expectation(context, 0, other.src, other.dst, 6, std::nullopt, match.port);
  if (context.translated()) return translate(context, e, match);
  if (expect(context, e) != ExpectResult::added) return drop_packet(context, "cannot add expectation");
  return HelperVerdict::accept;
}

HelperVerdict help(HelperContext& context) {
  if (context.state != CtState::established) return HelperVerdict::accept;
  const std::string_view text = payload_text(context.packet);
  if (text.empty()) return HelperVerdict::accept;
  const std::uint32_t seq = be32(context.packet.transport(), 4), next = seq + static_cast<std::uint32_t>(text.size());
  const bool ends_in_newline = text.back() == '\n';
  State::Newlines& newlines = context.state_of<State>().after_newline[index_of(context.dir)];
  HelperVerdict verdict = HelperVerdict::accept;
  if (known(newlines, seq)) {
    const FtpMatch match = find_ftp_match(text, context.dir, context.ct->family, context.tuple().src);
    if (match.found == FtpMatch::Found::partly)
      return drop_packet(context, fmt::format("partial matching of `{}'", match.pattern));
    if (match.found == FtpMatch::Found::yes) verdict = announce(context, match);
  }
  if (ends_in_newline) remember(newlines, next);
  return verdict;
}

}  // namespace

extern const HelperKind helper_ftp{.name = "ftp", .proto = 6, .classes = classes, .help = help};

}  // namespace fwsim
