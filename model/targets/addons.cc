// Targets that are not part of Linux but are met in rulesets: xtables-addons, and patches of old.
// They are read and printed; what they do to a packet is not known.
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

constexpr std::string_view not_linux = "not part of Linux (xtables-addons or an old patch)";

constexpr Option ACCOUNT[] = {
    {.name = "addr", .kind = &kinds::prefix, .required = true, .help = "the network whose addresses are counted"},
    {.name = "tname", .kind = &kinds::word, .max = 31, .required = true, .help = "name of the table of counters"},
};
constexpr Option CHAOS[] = {
    {.name = "delude", .excludes = "tarpit", .help = "use DELUDE now and then"},
    {.name = "tarpit", .help = "use TARPIT now and then"},
};
constexpr Option DHCPMAC[] = {
    {.name = "set-mac", .kind = &kinds::word, .required = true, .help = "MAC address, with mask"},
};
constexpr Option DNETMAP[] = {
    {.name = "prefix", .kind = &kinds::prefix, .help = "the network mapped to"},
    {.name = "reuse", .help = "use bindings again that ran out"},
    {.name = "persistent", .help = "keep the bindings' order"},
    {.name = "static", .help = "use bindings made by hand only"},
    {.name = "ttl", .kind = &kinds::number, .help = "seconds that a binding lasts"},
};
constexpr NamedNumber sides[] = {{"src", 0}, {"dst", 1}};
constexpr Option IPMARK[] = {
    {.name = "addr",
     .kind = &kinds::choice,
     .names = sides,
     .required = true,
     .help = "the address that becomes the mark"},
    {.name = "and-mask", .kind = &kinds::hex_number, .help = "bits of it that stay"},
    {.name = "or-mask", .kind = &kinds::hex_number, .help = "bits that are set"},
    {.name = "shift", .kind = &kinds::number, .max = 128, .help = "shift to the right"},
};
constexpr Option LOGMARK[] = {
    {.name = "log-level", .kind = &kinds::word, .help = "priority for syslog"},
    {.name = "log-prefix", .kind = &kinds::text, .help = "text before the line"},
};
constexpr Option PROTO[] = {
    {.name = "proto-set", .kind = &kinds::number, .max = 255, .required = true, .help = "the new protocol"},
    {.name = "stop-at-frag", .help = "stop at a fragment header"},
    {.name = "stop-at-auth", .help = "stop at an authentication header"},
};
constexpr Option RAWDNAT[] = {
    {.name = "to-destination", .kind = &kinds::host_prefix, .required = true, .help = "new destination"},
};
constexpr Option RAWSNAT[] = {
    {.name = "to-source", .kind = &kinds::host_prefix, .required = true, .help = "new source"},
};
constexpr Option ROUTE[] = {
    {.name = "oif", .kind = &kinds::word, .max = 15, .help = "send by this device"},
    {.name = "iif", .kind = &kinds::word, .max = 15, .help = "pretend that it came by this device"},
    {.name = "gw", .kind = &kinds::address, .help = "next hop"},
    {.name = "continue", .help = "go on with the next rule"},
    {.name = "tee", .help = "send a copy"},
};
constexpr Option TARPIT[] = {
    {.name = "tarpit", .excludes = "honeypot,reset", .help = "accept connections and let them starve"},
    {.name = "honeypot", .excludes = "reset", .help = "accept connections and take data"},
    {.name = "reset", .help = "send a reset"},
};

constexpr int tcp[] = {6};
constexpr TableId filter[] = {TableId::filter};
constexpr TableId nat[] = {TableId::nat};
constexpr TableId mangle[] = {TableId::mangle};
constexpr TableId raw[] = {TableId::raw};
constexpr TableId filter_or_raw[] = {TableId::filter, TableId::raw};
constexpr HookSet filtering = hooks_of(Hook::input, Hook::forward, Hook::output);

}  // namespace

extern const Extension target_ACCOUNT{.name = "ACCOUNT", .home = Extension::Home::addons,
                                      .is_target = true,
                                      .v6 = false,
                                      .options = ACCOUNT,
                                      .modelled = Modelled::opaque,
                                      .note = not_linux,
                                      .help = "count by address"};
extern const Extension target_CHAOS{.name = "CHAOS", .home = Extension::Home::addons,
                                    .is_target = true,
                                    .v6 = false,
                                    .options = CHAOS,
                                    .protocols = tcp,
                                    .tables = filter,
                                    .hooks = filtering,
                                    .modelled = Modelled::opaque,
                                    .note = not_linux,
                                    .help = "answer at random"};
extern const Extension target_DELUDE{.name = "DELUDE", .home = Extension::Home::addons,
                                     .is_target = true,
                                     .v6 = false,
                                     .protocols = tcp,
                                     .tables = filter,
                                     .hooks = filtering,
                                     .modelled = Modelled::opaque,
                                     .note = not_linux,
                                     .help = "pretend that a port is open"};
extern const Extension target_DHCPMAC{.name = "DHCPMAC", .home = Extension::Home::addons,
                                      .is_target = true,
                                      .v6 = false,
                                      .options = DHCPMAC,
                                      .tables = mangle,
                                      .modelled = Modelled::opaque,
                                      .note = not_linux,
                                      .help = "change the MAC address inside DHCP"};
extern const Extension target_DNETMAP{.name = "DNETMAP", .home = Extension::Home::addons,
                                      .is_target = true,
                                      .v6 = false,
                                      .options = DNETMAP,
                                      .tables = nat,
                                      .conntrack = true,
                                      .modelled = Modelled::opaque,
                                      .note = not_linux,
                                      .help = "map networks dynamically"};
extern const Extension target_ECHO{
    .name = "ECHO", .home = Extension::Home::addons, .is_target = true, .modelled = Modelled::opaque, .note = not_linux, .help = "send the packet back"};
extern const Extension target_IPMARK{.name = "IPMARK", .home = Extension::Home::addons,
                                     .is_target = true,
                                     .options = IPMARK,
                                     .tables = mangle,
                                     .modelled = Modelled::opaque,
                                     .note = not_linux,
                                     .help = "mark by the address"};
extern const Extension target_LOGMARK{.name = "LOGMARK", .home = Extension::Home::addons,
                                      .is_target = true,
                                      .options = LOGMARK,
                                      .modelled = Modelled::opaque,
                                      .note = not_linux,
                                      .help = "log marks of packet and connection"};
extern const Extension target_PROTO{.name = "PROTO", .home = Extension::Home::addons,
                                    .is_target = true,
                                    .options = PROTO,
                                    .tables = mangle,
                                    .modelled = Modelled::opaque,
                                    .note = not_linux,
                                    .help = "change the protocol"};
extern const Extension target_RAWDNAT{.name = "RAWDNAT", .home = Extension::Home::addons,
                                      .is_target = true,
                                      .options = RAWDNAT,
                                      .tables = raw,
                                      .modelled = Modelled::opaque,
                                      .note = not_linux,
                                      .help = "change the destination without connections"};
extern const Extension target_RAWSNAT{.name = "RAWSNAT", .home = Extension::Home::addons,
                                      .is_target = true,
                                      .options = RAWSNAT,
                                      .modelled = Modelled::opaque,
                                      .note = not_linux,
                                      .help = "change the source without connections"};
extern const Extension target_STEAL{.name = "STEAL", .home = Extension::Home::addons,
                                    .is_target = true,
                                    .modelled = Modelled::opaque,
                                    .note = not_linux,
                                    .help = "drop, and tell a local sender nothing"};
extern const Extension target_SYSRQ{.name = "SYSRQ", .home = Extension::Home::addons,
                                    .is_target = true,
                                    .modelled = Modelled::opaque,
                                    .note = not_linux,
                                    .help = "SysRq keys from the network"};
extern const Extension target_TARPIT{.name = "TARPIT", .home = Extension::Home::addons,
                                     .is_target = true,
                                     .options = TARPIT,
                                     .protocols = tcp,
                                     .tables = filter_or_raw,
                                     .modelled = Modelled::opaque,
                                     .note = not_linux,
                                     .help = "hold connections of attackers"};
extern const Extension target_ROUTE{.name = "ROUTE", .home = Extension::Home::addons,
                                    .is_target = true,
                                    .options = ROUTE,
                                    .tables = mangle,
                                    .modelled = Modelled::opaque,
                                    .note = not_linux,
                                    .help = "route by hand"};
extern const Extension target_MIRROR{.name = "MIRROR", .home = Extension::Home::addons,
                                     .is_target = true,
                                     .v6 = false,
                                     .modelled = Modelled::opaque,
                                     .note = not_linux,
                                     .help = "send the packet back with swapped addresses"};
extern const Extension target_NETFLOW{
    .name = "NETFLOW", .home = Extension::Home::addons, .is_target = true, .modelled = Modelled::opaque, .note = not_linux, .help = "account flows"};

}  // namespace fwsim
