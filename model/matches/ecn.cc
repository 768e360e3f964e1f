// -m ecn: ECN bits of the IP and TCP header. net/netfilter/xt_ecn.c. Like tcpmss it takes no notice of
// fragments: simulator/oracles/ecn.cc looks at the bytes of later ones.
#include "model/extension.hh"
#include "model/ruleset.hh"

namespace fwsim {
namespace {

void finish(Use& use, CheckContext& c) {
  for (std::string_view name : {"ecn-tcp-ece", "ecn-tcp-cwr"})
    if (use.has(name) && (c.rule.basic.proto != 6 || c.rule.basic.not_proto))
      c.fault(name, "--" + std::string(name) + " needs -p tcp in the same rule, not negated", "add -p tcp");
}

// The flag of a TCP header; all zero bits of a mask of one bit are what a negated option asks for.
Pred flag(const Use& use, std::string_view name, std::uint64_t bit) {
  if (!use.has(name)) return always();
  return masked(Field::tcp_flags, use.inverted(name) ? 0 : bit, bit);
}

Meaning meaning(const MatchUse& use, Family) {
  std::vector<Pred> parts;
  if (use.has("ecn-ip-ect"))
    parts.push_back(value_in_field(Field::tos, Masked{use.number("ecn-ip-ect"), 3}, use.inverted("ecn-ip-ect")));
  if (use.has("ecn-tcp-ece") || use.has("ecn-tcp-cwr")) {
    const Pred whole = is(Field::frag_off, 0);
    parts.push_back(any({all({whole, in(Field::l4_len, Range{20, 0xffffffff}), flag(use, "ecn-tcp-ece", 0x40),
                              flag(use, "ecn-tcp-cwr", 0x80)}),
                         all({present_and_not(Field::frag_off, whole), oracle(use)})}));
  }
  return {all(std::move(parts)), never()};
}

constexpr Option options[] = {
    {.name = "ecn-tcp-ece", .invertible = true, .help = "TCP ECE bit is set"},
    {.name = "ecn-tcp-cwr", .invertible = true, .help = "TCP CWR bit is set"},
    {.name = "ecn-ip-ect", .kind = &kinds::number, .invertible = true, .max = 3,
     .help = "ECN codepoint of the IP header"},
};

}  // namespace

extern const Extension match_ecn{.name = "ecn", .options = options, .groups = "ecn-tcp-ece+ecn-tcp-cwr+ecn-ip-ect", .none_given = "ECN match: some option required",
                                 .help = "explicit congestion notification", .finish = finish, .match = meaning};

}  // namespace fwsim
