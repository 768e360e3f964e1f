#include "lint/checks/exposed.hh"

#include <fmt/format.h>

#include <algorithm>

#include "lint/checks/judge.hh"

namespace fwsim {
namespace {

constexpr unsigned most_ports = 1000;   // of one opening that is still about services

std::string service_text(const Service& s) {
  const auto port = [](u128 p) { return static_cast<unsigned>(p); };
  const std::string ports = s.ports.low == s.ports.high ? fmt::format("{}", port(s.ports.low)) : fmt::format("{}-{}", port(s.ports.low), port(s.ports.high));
  return fmt::format("{} ({} {})", s.name, s.protocol == over_tcp ? "tcp" : "udp", ports);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < 5; ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > 5) out += fmt::format(" and {} more", names.size() - 5);
  return out;
}

// An atom that no rule names: some device or other.
Atom any_device(const Space& space) { return space.atom_of(space.of(Field::in_if), name_word("~")); }

}  // namespace

std::vector<Piece> open_to_all(const Answers& answers, const Class& c) {
  std::vector<Piece> out;
  const Space& space = answers.space();
  for (const Piece& piece : outside(answers, c))
    if (values_of(space, Field::dport, {piece}) <= most_ports) out.push_back(piece);
  if (!from_anywhere(space, out)) out.clear();
  return out;
}

bool by_certain_devices(const Space& space, const std::vector<Piece>& pieces) {
  const Var v = space.of(Field::in_if);
  return std::none_of(pieces.begin(), pieces.end(), [&](const Piece& piece) { return piece[v].contains(any_device(space)); });
}

void find_exposed(const Facts& facts, Findings& findings, std::span<const Service> services, std::string_view hint) {
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  for (const Asked& question : new_from_outside)
    for (const Class& c : answers.of(question).passed) {
      if (!c.by) continue;
      const std::vector<Piece> open = open_to_all(answers, c);
      std::vector<std::string> names;
      std::vector<Piece> reached;
      for (const Service& service : services) {
        std::vector<Piece> parts;
        for (const Piece& piece : open)
          if (const auto of_protocol = part_of(space, piece, Field::proto, {{service.protocol, service.protocol}}))
            if (const auto part = part_of(space, *of_protocol, Field::dport, {service.ports})) parts.push_back(*part);
        if (!from_anywhere(space, parts)) continue;
        names.push_back(service_text(service));
        reached.insert(reached.end(), parts.begin(), parts.end());
      }
      if (names.empty()) continue;
      const bool forwarded = question.way == Way::forward;
      Finding& f = findings.add(*c.by, fmt::format("lets anybody reach {}{}{}", listed(names), forwarded ? " behind this host" : "",
                                                   c.vague ? "" : ", as often as they like"));
      if (c.vague || by_certain_devices(space, reached)) f.certainty = Certainty::may;
      f.witness = answers.packet(c, reached);
      f.hint = hint;
    }
}

}  // namespace fwsim
