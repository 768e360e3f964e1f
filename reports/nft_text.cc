#include <fmt/format.h>

#include <set>

#include "reports/nft/rules.hh"
#include "reports/nft/tables.hh"
#include "reports/nft_report.hh"

namespace fwsim {
namespace {

using nft::TableText;

std::size_t rules_of(const Ruleset& ruleset) {
  std::size_t n = 0;
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains) n += chain.rules.size();
  return n;
}

// One table for both families where they agree: half of the lines are the same, and nothing is lost by it.
bool agree(const TableText& both, const TableText& four, const TableText& six) {
  return both.shared * 2 >= both.lines && both.faults.size() <= four.faults.size() + six.faults.size();
}

void write(TableText table, const NftOptions& options, NftText& out, std::set<std::string>& notes) {
  if (!options.counters)  // what counts alone stays alone
    for (nft::ChainText& chain : table.chains) nft::merge_runs(chain.lines);
  const std::string text = nft::text_of(table);
  out.text += (out.text.empty() || text.empty() ? "" : "\n") + text;
  out.untranslated.insert(out.untranslated.end(), table.faults.begin(), table.faults.end());
  notes.insert(table.objects.notes.begin(), table.objects.notes.end());
}

}  // namespace

NftText nft_text(const Ruleset* v4, const Ruleset* v6, const NftOptions& options) {
  NftText out;
  std::set<std::string> notes;
  for (const Ruleset* ruleset : {v4, v6}) {
    if (!ruleset) continue;
    out.rules += rules_of(*ruleset);
    for (const Table& table : ruleset->tables) {
      const Table* six = v4 && v6 && ruleset == v4 ? v6->find(table.id) : nullptr;
      if (!six) {
        if (ruleset == v6 && v4 && v4->find(table.id)) continue;  // written beside that of IPv4
        write(nft::table_of(*ruleset, table, options), options, out, notes);
        continue;
      }
      TableText own = nft::table_of(*v4, table, options), other = nft::table_of(*v6, *six, options);
      if (auto both = nft::table_of_both(*v4, table, *v6, *six, options); both && agree(*both, own, other)) {
        write(std::move(*both), options, out, notes);
      } else {
        write(std::move(own), options, out, notes);
        write(std::move(other), options, out, notes);
      }
    }
  }
  out.notes.assign(notes.begin(), notes.end());
  std::string head = "#!/usr/sbin/nft -f\n";
  head += fmt::format("# From {}{}{} by fwsim translate.\n", v4 ? v4->file : v6->file, v4 && v6 ? " and " : "",
                      v4 && v6 ? v6->file : "");
  if (!out.untranslated.empty())
    head += fmt::format("# {} of {} rules could not be translated: look for \"not translated\" before you load it.\n",
                        out.untranslated.size(), out.rules);
  for (const std::string& note : out.notes) head += fmt::format("# Note: {}.\n", note);
  out.text = head + (out.text.empty() ? "" : "\n") + out.text;
  return out;
}

}  // namespace fwsim
