#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const TargetUse* log = target_of(rule, "LOG");
    if (!log) return;
    const std::string_view prefix = log->text("log-prefix");
    constexpr std::size_t longest = 29;
    if (prefix.size() >= longest)
      findings.add(id, fmt::format("has a log prefix of the kernel's {1} characters, '{0}': what was longer is cut off, and the space", prefix, longest)).hint = "make it shorter, with a space at the end";
    else if (!prefix.empty() && std::string_view(" :=]|)>-").find(prefix.back()) == std::string_view::npos)
      findings.add(id, fmt::format("writes lines that begin with '{}IN=': its log prefix has no space at the end", prefix)).hint = fmt::format("--log-prefix \"{} \"", prefix);
  });
}

}  // namespace

const Check log_prefix{
    .id = "FW603", .name = "log-prefix",
    .title = "a log prefix runs into what follows it, or is missing",
    .why = "The kernel puts nothing between the prefix and IN=; programs that read the log do not find the word.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m limit --limit 5/min -j LOG --log-prefix dropped\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"dropped: \"\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "K05 traps:E34",
    .run = run};

}  // namespace fwsim::checks
