// -j ULOG (IPv4): what NFLOG was before it; gone since Linux 3.17. ipt_ULOG.c
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "ulog-prefix", .kind = &kinds::text, .min = 1, .max = 31, .help = "text sent along"},
    {.name = "ulog-nlgroup",
     .kind = &kinds::number,
     .min = 1,
     .max = 32,
     .saved = Saved::unless_default,
     .fallback = "1",
     .help = "netlink group"},
    {.name = "ulog-cprange",
     .kind = &kinds::number,
     .saved = Saved::unless_default,
     .fallback = "0",
     .help = "bytes of the packet to copy"},
    {.name = "ulog-qthreshold",
     .kind = &kinds::number,
     .min = 1,
     .max = 50,
     .saved = Saved::unless_default,
     .fallback = "1",
     .help = "packets sent together"},
};

}  // namespace

extern const Extension target_ULOG{.name = "ULOG", .home = Extension::Home::old_kernel,
                                   .is_target = true,
                                   .v6 = false,
                                   .options = options,
                                   .logs = true, .modelled = Modelled::opaque,
                                   .note = "gone since Linux 3.17: use NFLOG",
                                   .help = "send a copy to a logging program"};

}  // namespace fwsim
