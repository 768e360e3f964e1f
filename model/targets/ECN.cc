// -j ECN (IPv4): the congestion bits of the TCP and IP headers. ipt_ECN.c
#include "model/extension.hh"
#include "model/ruleset.hh"

namespace fwsim {
namespace {

void finish(Use& use, CheckContext& c) {
  if (use.has("ecn-tcp-remove")) use.remove("ecn-ip-ect");  // the later operation replaces the earlier
  if (use.has("ecn-tcp-ece") && use.has("ecn-tcp-cwr") && !use.has("ecn-ip-ect") && use.number("ecn-tcp-ece") == 0 &&
      use.number("ecn-tcp-cwr") == 0) {
    use.given.clear();
    use.put("ecn-tcp-remove", {});
  }
  const bool tcp_bits = use.has("ecn-tcp-remove") || use.has("ecn-tcp-ece") || use.has("ecn-tcp-cwr");
  if (tcp_bits && (c.rule.basic.proto != 6 || c.rule.basic.not_proto))
    c.fault("", "-j ECN can change TCP bits only in a rule with -p tcp", "add -p tcp");
}

Actions act(const TargetUse& use, Family) {
  Actions actions;
  if (use.has("ecn-ip-ect"))
    actions.push_back(Assign{.to = Field::tos, .keep = 0xfc, .constant = use.number("ecn-ip-ect")});
  if (use.has("ecn-tcp-remove") || use.has("ecn-tcp-ece") || use.has("ecn-tcp-cwr"))
    actions.push_back(Effect{.use = &use, .drops_malformed = true, .writes = {Field::tcp_flags}});
  return actions;
}

constexpr Option options[] = {
    {.name = "ecn-tcp-remove", .excludes = "ecn-tcp-ece,ecn-tcp-cwr", .help = "clear ECE and CWR"},
    {.name = "ecn-tcp-ece", .kind = &kinds::number, .max = 1, .help = "set the ECE bit to N"},
    {.name = "ecn-tcp-cwr", .kind = &kinds::number, .max = 1, .help = "set the CWR bit to N"},
    {.name = "ecn-ip-ect", .kind = &kinds::number, .max = 3, .help = "set the ECN bits of the IP header"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_ECN{.name = "ECN",
                                  .is_target = true,
                                  .v6 = false,
                                  .options = options,
                                  .tables = tables,
                                  .groups = "ecn-tcp-remove+ecn-tcp-ece+ecn-tcp-cwr+ecn-ip-ect", .none_given = "ECN target: An operation is required",
                                  .help = "change congestion bits",
                                  .finish = finish,
                                  .act = act};

}  // namespace fwsim
