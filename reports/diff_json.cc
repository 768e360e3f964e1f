#include <nlohmann/json.hpp>

#include "reports/diff_report.hh"
#include "reports/json_text.hh"

namespace fwsim {
namespace {

using nlohmann::ordered_json;

ordered_json rule_json(const Diff& diff, std::size_t version, const std::optional<RuleId>& id) {
  if (!id) return nullptr;
  const Symbolic& rules = *diff.prepared.rules[version];
  return {{"rule", rules.name(*id)}, {"file", rules.ruleset->file}, {"line", rules.line(*id)}};
}

ordered_json class_json(const DiffClass& c) {
  ordered_json out{{"way", way_name(c.way)}, {"packets", c.text}, {"packet", nullptr}, {"confirmed", c.confirmed}};
  if (c.packet) out["packet"] = c.packet->question;
  return out;
}

ordered_json groups_json(const Diff& diff, const std::vector<DiffGroup>& groups) {
  ordered_json list = ordered_json::array();
  for (const DiffGroup& group : groups) {
    ordered_json one{{"certain", !group.perhaps},
                     {"differs", group.notes_only ? "notes" : "treatment"},
                     {"old", {{"outcome", group.was}, {"by", rule_json(diff, 0, group.before)}}},
                     {"new", {{"outcome", group.now}, {"by", rule_json(diff, 1, group.after)}}},
                     {"classes", ordered_json::array()}};
    for (const DiffClass& c : group.classes) one["classes"].push_back(class_json(c));
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

std::string diff_json(const Diff& diff) {
  ordered_json out{{"old", diff.prepared.rules[0]->ruleset->file},
                   {"new", diff.prepared.rules[1]->ruleset->file},
                   {"family", diff.prepared.space->family() == Family::v4 ? "ipv4" : "ipv6"},
                   {"same", diff.same()},
                   {"acceptable", diff.acceptable()},
                   {"moved", diff.alignment.moved},
                   {"joined", diff.alignment.joined},
                   {"groups", groups_json(diff, diff.groups)},
                   {"allowed", groups_json(diff, diff.allowed)},
                   {"undecided", ordered_json::array()}};
  for (const NotDecided& u : diff.undecided) {
    ordered_json one{{"version", u.version == 0 ? "old" : "new"}, {"by", rule_json(diff, u.version, u.rule)}, {"why", u.text}, {"packet", nullptr}};
    if (u.packet) one["packet"] = u.packet->question;
    out["undecided"].push_back(std::move(one));
  }
  return out.dump(2) + "\n";
}

std::string diff_line(const std::string& host, int status, const std::string& out, const std::string& err) {
  constexpr const char* words[] = {"same", "differs", "not compared"};
  ordered_json line{{"version", 1}, {"host", host}, {"result", words[status < 0 || status > 2 ? 2 : status]}};
  if (ordered_json::accept(out))
    line["diff"] = ordered_json::parse(out);
  else if (!out.empty())
    line["why"] = out;
  if (!err.empty() || status == 2) line[status == 2 ? "fault" : "said"] = err.substr(0, err.find_last_not_of('\n') + 1);
  return to_text(line, -1) + "\n";
}

}  // namespace fwsim
