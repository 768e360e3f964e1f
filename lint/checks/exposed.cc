#include "lint/checks/exposed.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/checks/judge.hh"

namespace fwsim {
namespace {

constexpr unsigned most_ports = 1000;   // of one opening that is still about services

std::string service_text(const ExposedService& s) {
  return fmt::format("{} ({} {})", s.name, s.protocol == over_tcp ? "tcp" : "udp", ports_text(s.ports));
}

// The settings call it a service for everyone.
bool meant_for_all(const Facts& facts, const ExposedService& service) {
  const auto& open = facts.settings().site.open;
  return std::any_of(open.begin(), open.end(), [&](const SiteService& s) {
    return s.proto == service.protocol &&
           (s.ports.empty() || std::any_of(s.ports.begin(), s.ports.end(), [&](const NumRange& r) { return r.low <= service.ports.low && service.ports.high <= r.high; }));
  });
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < 5; ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > 5) out += fmt::format(" and {} more", names.size() - 5);
  return out;
}

}  // namespace

std::vector<Piece> open_to_all(const Answers& answers, const Class& c) {
  std::vector<Piece> out;
  const Space& space = answers.space();
  std::vector<Range> groups{{0xe0000000, 0xffffffff}};
  if (space.family() == Family::v6) groups = {{u128{0xff} << 120, all_ones}};
  const Var dst = space.of(Field::dst);
  for (const Piece& piece : outside(answers, c)) {
    const auto to_group = part_of(space, piece, Field::dst, groups);
    const bool of_the_link = to_group && (*to_group)[dst] == piece[dst];
    if (!of_the_link && values_of(space, Field::dport, {piece}) <= most_ports) out.push_back(piece);
  }
  if (!from_anywhere(space, out)) out.clear();
  return out;
}

void find_exposed(const Facts& facts, Findings& findings, std::span<const ExposedService> services, std::string_view hint) {
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  struct Opening {
    const Class* by = nullptr;
    std::vector<Piece> pieces;
  };
  for (const Asked& question : new_from_outside) {
    std::map<std::string, std::vector<Opening>> found;   // by what is reached
    for (const Class& c : answers.of(question).passed) {
      if (!c.by || wide_open(answers, c)) continue;
      const std::vector<Piece> open = open_to_all(answers, c);
      std::vector<std::string> names;
      std::vector<Piece> reached;
      for (const ExposedService& service : services) {
        if (meant_for_all(facts, service)) continue;
        std::vector<Piece> parts;
        for (const Piece& piece : open)
          if (const auto of_protocol = part_of(space, piece, Field::proto, {{service.protocol, service.protocol}}))
            if (const auto part = part_of(space, *of_protocol, Field::dport, {service.ports})) parts.push_back(*part);
        if (!from_anywhere(space, parts)) continue;
        names.push_back(service_text(service));
        reached.insert(reached.end(), parts.begin(), parts.end());
      }
      if (!names.empty() && from_strangers(facts, reached) != Outside::no) found[listed(names)].push_back({&c, std::move(reached)});
    }
    for (const auto& [names, openings] : found) {
      const Opening& first = openings.front();
      std::vector<RuleId> more;
      for (std::size_t i = 1; i < openings.size(); ++i)
        if (*openings[i].by->by != *first.by->by && (more.empty() || more.back() != *openings[i].by->by)) more.push_back(*openings[i].by->by);
      Finding& f = findings.add(*first.by->by, fmt::format("lets anybody reach {}{}{}{}", names, question.way == Way::forward ? " behind this host" : "",
                                                           first.by->vague ? "" : ", as often as they like",
                                                           facts.so_do(more)), more);
      if (first.by->vague || from_strangers(facts, first.pieces) == Outside::perhaps) f.certainty = Certainty::may;
      f.witness = answers.packet(*first.by, first.pieces);
      f.hint = hint;
    }
  }
}

}  // namespace fwsim
