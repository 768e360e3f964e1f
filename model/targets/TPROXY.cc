// -j TPROXY: hands the packet to a local socket without changing it. xt_TPROXY.c
#include <fmt/format.h>

#include <string>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

// Decimal numbers wrap at 65536, as in iptables (XTTYPE_PORT).
constexpr ValueKind port_kind{
    "port", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      const std::string_view word = words[0];
      std::optional<std::uint64_t> port;
      if (!word.empty() && word.size() < 18 && word.find_first_not_of("0123456789") == word.npos) {
        port = 0;
        for (char digit : word) port = *port * 10 + static_cast<std::uint64_t>(digit - '0');
      } else if (!read_number(word)) {
        port = read_port(word, c.protocol);
      }
      if (!port) return ValueError{fmt::format("'{}' is not a port or a known service", word), {}, fmt::format("Port \"{}\" does not resolve to anything.\n", word)};
      out = NumRange{*port & 0xffff, *port & 0xffff};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += std::to_string(std::get<NumRange>(value).low);
    }};

void finish(Use& use, CheckContext&) {
  if (!use.has("on-ip")) use.put("on-ip", AddressRange{});
  if (!use.has("tproxy-mark")) use.put("tproxy-mark", Masked{});
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use, .terminates = true, .end = Effect::End::diverted, .writes = {Field::mark}}}; }

constexpr Option options[] = {
    {.name = "on-port", .kind = &port_kind, .required = true, .help = "port of the socket, 0: the packet's"},
    {.name = "on-ip", .kind = &kinds::host, .help = "address of the socket"},
    {.name = "tproxy-mark", .kind = &kinds::masked_always, .help = "change the mark, for routing"},
};
constexpr int protocols[] = {6, 17};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_TPROXY{.name = "TPROXY",
                                     .is_target = true,
                                     .options = options,
                                     .protocols = protocols,
                                     .tables = tables,
                                     .hooks = hooks_of(Hook::prerouting),
                                     .defrag = true,
                                     .modelled = Modelled::partly,
                                     .note = "which sockets take packets is known only from a snapshot or a described host",
                                     .help = "give to a local socket",
                                     .finish = finish,
                                     .act = act};

}  // namespace fwsim
