#include <fmt/format.h>

#include <string>

#include "lint/checks.hh"
#include "lint/check.hh"

namespace fwsim::checks {
namespace {

constexpr std::size_t many = 1000;   // rules that each new connection is compared with

void run(const Facts& facts, Findings& findings) {
  const Table* nat = facts.ruleset().find(TableId::nat);
  const int services = nat ? nat->index("KUBE-SERVICES") : -1;
  if (services < 0) return;
  const std::size_t row = nat->chains[static_cast<std::size_t>(services)].rules.size();
  if (row < many) return;
  std::size_t all = 0;
  for (const Chain& chain : nat->chains)
    if (chain.name.starts_with("KUBE-")) all += chain.rules.size();
  findings.add_chain(TableId::nat, static_cast<std::uint16_t>(services), fmt::format("has {} rules, of {} that kube-proxy keeps in nat: the first packet of a connection is compared with each in turn", row, all)).hint =
      "kube-proxy --proxy-mode=nftables (or ipvs): a service costs the same whether there are ten or ten thousand";
}

std::string example(std::size_t n) {
  std::string out = "*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n:KUBE-SVC-A - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n";
  for (std::size_t i = 0; i < n; ++i) out += fmt::format("-A KUBE-SERVICES -d 10.96.{}.{}/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-A\n", i / 256, i % 256);
  return out + "COMMIT\n";
}
const std::string bad = example(many), good = example(3);

}  // namespace

const Check kube_size{
    .id = "FW849", .name = "kube-size",
    .title = "so many services that each new connection pays for them",
    .why = "kube-proxy writes a rule for each port of each service into one chain, and writes all of them again when one changes.",
    .bad = bad,
    .good = good,
    .severity = Severity::note,
    .covers = "O08",
    .run = run};

}  // namespace fwsim::checks
