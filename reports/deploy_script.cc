#include "reports/deploy_script.hh"

#include <fmt/format.h>

#include <string_view>

namespace fwsim {
namespace {

// A line that stands nowhere in the text, to end it with.
std::string end_mark(std::string_view text) {
  std::string mark = "END";
  while (text.find("\n" + mark + "\n") != text.npos || text.starts_with(mark + "\n")) mark += "_";
  return mark;
}

std::string file(std::string_view name, std::string_view text) {
  const std::string mark = end_mark(text);
  return fmt::format("cat > \"$new/{}\" <<'{}'\n{}{}{}\n", name, mark, text, text.empty() || text.ends_with('\n') ? "" : "\n", mark);
}

// The table as it is when nobody has ever used it.
std::string empty_table(const Table& table) {
  std::string text = fmt::format("*{}\n", table_name(table.id));
  for (const Chain& chain : table.chains)
    if (chain.hook) text += fmt::format(":{} ACCEPT [0:0]\n", chain.name);
  return text + "COMMIT\n";
}

struct Words {
  std::string_view tool, name;
};
Words words(Family family) { return family == Family::v4 ? Words{"iptables", "rules.v4"} : Words{"ip6tables", "rules.v6"}; }

constexpr std::string_view begin = R"sh(#!/bin/bash
# Puts firewall rules in force, and takes them back unless you confirm them:  {0} [SECONDS]
# Made by 'fwsim deploy-script'; {1}
set -euo pipefail
seconds=${{1:-{2}}}
if [ "$(id -u)" != 0 ]; then
  echo "this needs root" >&2
  exit 1
fi
mkdir -p /run/lock /var/backups
exec 9> /run/lock/firewall-deploy
if ! flock -n 9; then
  echo "somebody else is at it: /run/lock/firewall-deploy is locked" >&2
  exit 1
fi
old=$(mktemp -d /var/backups/firewall-XXXXXX)
new=$old/new
mkdir "$new"
)sh";

constexpr std::string_view load = R"sh(
# From here on the old rules come back by themselves: when the time is over, when this script fails, and also when the
# connection by which you run it is cut off.
setsid sh -c 'sleep "$1" && sh "$2"' rollback "$seconds" "$old/undo" < /dev/null > /dev/null 2>&1 9>&- &
rollback=$!
trap 'echo "failed: the old rules are put back" >&2; kill "$rollback" 2> /dev/null || true; sh "$old/undo"' ERR
)sh";

constexpr std::string_view confirm = R"sh(trap - ERR

echo "The new rules are in force. Open a NEW connection to this machine; if that works, type yes here."
echo "Without it the old rules come back in $seconds seconds."
answer=
read -r -t "$seconds" answer || true
kill "$rollback" 2> /dev/null || true
if [ "$answer" != yes ]; then
  sh "$old/undo"
  echo "Not confirmed: the old rules are back." >&2
  exit 1
fi
)sh";

}  // namespace

std::string deploy_script(const Deployment& deployment) {
  std::string out = fmt::format(fmt::runtime(begin), "./deploy.sh", deployment.checked, deployment.seconds);
  out += "\n# The rules that there are, and how to have them back: tables that nobody had used become empty again.\n";
  std::string undo = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n";
  for (const Deployment::Rules& r : deployment.rules) {
    const auto [tool, name] = words(r.ruleset->family);
    out += fmt::format("{}-save -c > \"$old/{}\"\n", tool, name);
    for (const Table& table : r.ruleset->tables) {
      const std::string empty = fmt::format("{}.{}", name, table_name(table.id));
      out += file(empty, empty_table(table));
      undo += fmt::format("grep -q '^[*]{}' {} || {}-restore < new/{}\n", table_name(table.id), name, tool, empty);
    }
    undo += fmt::format("{}-restore -c < {}\n", tool, name);
  }
  const std::string mark = end_mark(undo);
  out += fmt::format("cat > \"$old/undo\" <<'{0}'\n{1}{0}\n\n# The new ones; nothing is changed before all of them have been found good.\n", mark, undo);
  for (const Deployment::Rules& r : deployment.rules) out += file(words(r.ruleset->family).name, r.text);
  if (!deployment.sets.empty()) out += file("ipset.save", deployment.sets) + "ipset -exist restore < \"$new/ipset.save\"\n";
  for (const Deployment::Rules& r : deployment.rules) out += fmt::format("{}-restore --test < \"$new/{}\"\n", words(r.ruleset->family).tool, words(r.ruleset->family).name);
  out += load;
  for (const Deployment::Rules& r : deployment.rules) out += fmt::format("{}-restore < \"$new/{}\"\n", words(r.ruleset->family).tool, words(r.ruleset->family).name);
  out += confirm;
  out += "if [ -d /etc/iptables ]; then\n";
  for (const Deployment::Rules& r : deployment.rules) out += fmt::format("  cp \"$new/{0}\" /etc/iptables/{0}\n", words(r.ruleset->family).name);
  out += "elif [ -d /etc/sysconfig ]; then\n";
  for (const Deployment::Rules& r : deployment.rules) out += fmt::format("  cp \"$new/{}\" /etc/sysconfig/{}\n", words(r.ruleset->family).name, words(r.ruleset->family).tool);
  out += "fi\n";
  if (!deployment.sets.empty()) out += "ipset save > /etc/ipset.conf\n";
  return out + "echo \"Confirmed. The old rules are kept in $old.\"\n";
}

}  // namespace fwsim
