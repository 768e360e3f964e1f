// -j CLUSTERIP (IPv4): one address on several machines; gone since Linux 6.3. ipt_CLUSTERIP.c
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

constexpr NamedNumber modes[] = {{"sourceip", 0}, {"sourceip-sourceport", 1}, {"sourceip-sourceport-destport", 2}};

constexpr ValueKind mac_kind{
    "XX:XX:XX:XX:XX:XX", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      if (auto error = kinds::mac.read(c, words, out)) return error;
      if (((std::get<NumRange>(out).low >> 40) & 1) == 0)
        return ValueError{fmt::format("'{}' is not a multicast MAC address", words[0]), "its first octet must be odd"};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      for (int shift = 40; shift >= 0; shift -= 8)
        out += fmt::format("{:02X}{}", (std::get<NumRange>(value).low >> shift) & 0xff,
                       shift ? ":" : "");
    }};

constexpr Option options[] = {
    {.name = "new", .help = "make a new cluster address"},
    {.name = "hashmode", .kind = &kinds::choice, .names = modes, .needs = "new", .help = "what is hashed"},
    {.name = "clustermac", .kind = &mac_kind, .needs = "new", .help = "the cluster's MAC address"},
    {.name = "total-nodes", .kind = &kinds::number, .min = 1, .max = 16, .needs = "new", .help = "machines in all"},
    {.name = "local-node", .kind = &kinds::number, .max = 16, .needs = "new", .help = "number of this machine"},
    {.name = "hash-init",
     .kind = &kinds::number,
     .saved = Saved::as_given,
     .needs = "new",
     .help = "start of the hash"},
};
constexpr HookSet hooks = hooks_of(Hook::input);

}  // namespace

extern const Extension target_CLUSTERIP{.name = "CLUSTERIP",
                                        .is_target = true,
                                        .v6 = false,
                                        .options = options,
                                        .hooks = hooks,
                                        .conntrack = true,
                                        .modelled = Modelled::opaque,
                                        .note = "gone since Linux 6.3: use -m cluster",
                                        .help = "share an address"};

}  // namespace fwsim
