// Amanda, the backup protocol (net/netfilter/nf_conntrack_amanda.c, nf_nat_amanda.c): a reply's line
// "CONNECT DATA 50001 MESG 50002 INDEX 50003" names the ports of the TCP connections to come.
#include <fmt/format.h>

#include <charconv>

#include "simulator/helper.hh"

namespace fwsim {
namespace {

constexpr std::int64_t master_timeout = 300;
constexpr std::size_t longest_port = 5;
constexpr HelperKind::Class classes[] = {{.max = 4, .timeout = 180}};
constexpr std::string_view connect = "CONNECT ";
constexpr std::string_view streams[] = {"DATA ", "MESG ", "INDEX ", "STATE "};

struct Number {
  std::uint16_t value = 0;
  std::size_t length = 0;
};
// As strtoul() reads it, of which the low 16 bits count.
Number read_number(std::string_view text) {
  unsigned long value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
  return {static_cast<std::uint16_t>(value), static_cast<std::size_t>(end - text.data())};
}

HelperVerdict translate(HelperContext& context, Expectation& e, std::size_t at, std::size_t length) {
  e.saved_port = e.tuple.dport;
  e.dir = Direction::original;
  e.fn = &follow_master;
  const std::uint16_t port = expect_near(context, e, e.saved_port);
  if (port == 0) return drop_packet(context, "all ports in use");
  if (!mangle(context, at, length, std::to_string(port))) return drop_packet(context, "cannot mangle packet");
  return HelperVerdict::accept;
}

HelperVerdict announce(HelperContext& context, std::size_t at, const Number& port) {
  const Tuple& original = context.ct->original();
  Expectation e = make_expectation(context, 0, original.src, original.dst, 6, std::nullopt, port.value);
  if (original.family == Family::v4 && context.translated()) return translate(context, e, at, port.length);
  if (expect(context, e) != ExpectResult::added) return drop_packet(context, "cannot add expectation");
  return HelperVerdict::accept;
}

HelperVerdict help(HelperContext& context) {
  if (context.dir == Direction::original) return HelperVerdict::accept;
  refresh(context, master_timeout);
  std::size_t start = payload_text(context.packet).find(connect);
  if (start == std::string_view::npos) return HelperVerdict::accept;
  start += connect.size();
  const std::size_t stop = payload_text(context.packet).find('\n', start);
  if (stop == std::string_view::npos) return HelperVerdict::accept;
  HelperVerdict verdict = HelperVerdict::accept;
  for (const std::string_view stream : streams) {
    // The line's end stays where it was, also when a port before it has been rewritten.
    const std::string_view line = payload_text(context.packet).substr(0, stop);
    std::size_t at = line.find(stream, start);
    if (at == std::string_view::npos) continue;
    at += stream.size();
    const Number port = read_number(line.substr(at, longest_port));
    if (port.value == 0) break;
    verdict = announce(context, at, port);
  }
  return verdict;
}

}  // namespace

extern const HelperKind helper_amanda{.name = "amanda", .proto = 17, .classes = classes, .help = help};

}  // namespace fwsim
