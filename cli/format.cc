// fwsim fmt and fwsim check: the canonical iptables-save form, or only whether the file loads.
#include <fmt/format.h>

#include <cstdio>

#include "cli/load.hh"
#include "parser/nft_json.hh"
#include "parser/print.hh"

namespace fwsim {

int run_format(const FormatArgs& args, const Common& common) {
  int status = status_good;
  for (const std::string& file : args.files) {
    const std::string source = read_file(file);
    const auto ruleset = load_ruleset(file, source, args.family, common);
    if (ruleset && !args.check_only && is_nft_json(source)) {
      fmt::print(stderr, "fwsim: {} is a listing of nft: iptables has no words for all of its rules\n", file);
      status = status_bad;
      continue;
    }
    if (!ruleset) {
      status = status_bad;
      continue;
    }
    if (args.check_only) {
      std::size_t rules = 0;
      for (const Table& table : ruleset->tables)
        for (const Chain& chain : table.chains) rules += chain.rules.size();
      fmt::print("{}: {} tables, {} rules, {}: good\n", file, ruleset->tables.size(), rules,
                 ruleset->family == Family::v4 ? "IPv4" : "IPv6");
      continue;
    }
    const std::string text = print_ruleset(*ruleset, {.counters = args.counters, .keep_order = args.keep_order});
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return status;
}

}  // namespace fwsim
