// fwsim live: the rules on real packets.
#include <fmt/format.h>

#include <cstdio>

#include "cli/live/modes.hh"

namespace fwsim {

int run_live(const LiveArgs& args, const Common& common) {
  if (!args.words.empty()) return ask_running(args, common);
  const int modes = static_cast<int>(!args.observe.empty()) + static_cast<int>(args.enforce) +
                    static_cast<int>(!args.inline_pair.empty()) + static_cast<int>(!args.tun.empty());
  if (modes != 1) {
    fmt::print(stderr, "fwsim: live takes one of --observe DEVICE, --enforce, --inline ETH0:ETH1, --tun NAME; or a word for a running one: status, stop, ...\n");
    return status_bad;
  }
  if (!args.compare.empty()) {
    if (!args.observe.empty()) return run_compare(args, common);
    fmt::print(stderr, "fwsim: --compare goes with --observe\n");
    return status_bad;
  }
  if (args.rules.rules.empty() && args.rules.rules6.empty() && args.host.snapshot.empty()) {
    fmt::print(stderr, "fwsim: no ruleset: give --rules FILE, or a --snapshot that has one\n");
    return status_bad;
  }
  if (args.queue + args.queue_balance > 65536) {
    fmt::print(stderr, "fwsim: queues have numbers up to 65535: --queue-balance {} does not fit behind --queue {}\n", args.queue_balance, args.queue);
    return status_bad;
  }
  Session session(args, common, !args.inline_pair.empty() ? inline_host(args) : !args.tun.empty() ? tun_host(args) : Adapt());
  if (!session.good()) return status_bad;
  if (!args.observe.empty()) return run_observe(session);
  if (args.enforce) return run_enforce(session);
  return args.tun.empty() ? run_inline(session) : run_tun(session);
}

}  // namespace fwsim
