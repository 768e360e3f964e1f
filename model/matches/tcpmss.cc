// -m tcpmss: the maximum segment size that the TCP header announces. net/netfilter/xt_tcpmss.c.
// It has no eye for fragments: in a later one it reads the payload as if it were a header. That, and
// headers whose options are cut off, which drop the packet, are left to simulator/oracles/tcpmss.cc.
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family) {
  const Given& mss = *use.find("mss");
  Pred fits = value_in_field(Field::tcp_mss, mss.value, false);
  if (mss.inverted) fits = present_and_not(Field::tcp_options, std::move(fits));  // true without the option
  const Pred whole = is(Field::frag_off, 0);
  return {any({all({present(Field::tcp_options), std::move(fits)}),
               all({negation(present(Field::tcp_options)), oracle(use)})}),
          all({whole, in(Field::l4_len, Range{0, 19})})};
}

constexpr Option options[] = {
    {.name = "mss", .kind = &kinds::range, .invertible = true, .max = 0xffff, .required = true,
     .help = "MSS or range; without the option nothing matches, but a negated test does"},
};

constexpr int protocols[] = {6};

}  // namespace

// Fields, for the decoder: tcp_options is 1 when the packet is no later fragment and the 20 bytes of
// the TCP header and the options that its data offset (at least 5) promises are there, else absent.
// tcp_mss is the value of the first option of kind 2 with a length byte of 4 that lies whole in
// them; options are passed as by -m tcp (a kind below 2 is one byte long, a length of 0 counts as 1,
// the end-of-list option does not end the list); absent without one or without tcp_options.
extern const Extension match_tcpmss{.name = "tcpmss", .options = options, .protocols = protocols,
                                    .help = "maximum segment size of TCP", .match = meaning};

}  // namespace fwsim
