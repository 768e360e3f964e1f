#include "lint/ask.hh"

#include <algorithm>

namespace fwsim {
namespace {

// Whether all that the traffic comes from are the host's own addresses.
bool from_itself(const Traffic& traffic, const Host& host) {
  if (traffic.src.empty() || traffic.in.mask != 0) return false;
  return std::all_of(traffic.src.begin(), traffic.src.end(), [&](const Range& range) {
    if (range.low != range.high) return false;
    for (const Interface& i : host.interfaces)
      for (const InterfaceAddress& a : i.addresses)
        if (a.address == range.low && a.family == traffic.family.value_or(a.family)) return true;
    return false;
  });
}

}  // namespace

std::string_view share_name(Share share) {
  constexpr std::string_view names[] = {"all", "none", "some", "may", "nothing"};
  return names[static_cast<std::size_t>(share)];
}

std::vector<Way> ways_of(const Traffic& traffic, const Host* host, std::vector<std::string>& assumed) {
  if (traffic.way) return {*traffic.way};
  if (host && from_itself(traffic, *host)) return {Way::output};
  if (host) return {Way::input, Way::forward};
  assumed.emplace_back("the packets are for this host itself (say 'out DEVICE', or 'out +', if they are forwarded)");
  return {Way::input};
}

Share share_of(const std::vector<Class>& classes, bool complete, bool exact) {
  bool passed = false, stopped = false, unsure = !complete, certain = false;
  for (const Class& c : classes) {
    const bool stops = c.fate == PieceFate::dropped || c.fate == PieceFate::rejected;
    passed = passed || c.fate == PieceFate::passed;
    stopped = stopped || stops;
    unsure = unsure || (!stops && c.fate != PieceFate::passed);
    certain = certain || (!c.vague && (stops || c.fate == PieceFate::passed));
  }
  if (!passed && !stopped && !unsure) return Share::nothing;
  if (!unsure && !stopped) return Share::all;
  if (!unsure && !passed) return Share::none;
  return passed && stopped && certain && exact ? Share::some : Share::may;
}

std::vector<PieceText> describe_all(const Space& space, const std::vector<Piece>& pieces, const std::vector<Piece>& asked) {
  std::vector<PieceText> out;
  if (pieces.empty() || asked.empty()) return out;
  std::vector<Piece> relaxed = asked;
  for (Piece& piece : relaxed) relax(space, piece, piece);
  const Piece all = hull(relaxed);
  for (const Piece& piece : pieces) out.push_back(describe(space, piece, all));
  return out;
}

RangeAnswer ask_all(const Ruleset& ruleset, const Host* host, const Traffic& traffic) {
  RangeAnswer out{.question = traffic.text, .family = ruleset.family};
  const Pred pred = asked(traffic, ruleset.family, needs_conntrack(ruleset));
  const Prepared prepared = prepare({&ruleset}, host, {pred});
  const Explorer& explorer = prepared[0];
  out.ways = ways_of(traffic, host, out.assumed);
  std::vector<Class> all;
  for (Way way : out.ways) {
    const std::vector<Piece> pieces = pieces_of(explorer, way, pred, traffic.mark_given, out.exact);
    Classes found = classify(explorer, way, pieces);
    out.complete = out.complete && found.complete;
    for (Class& c : found.list) {
      AnsweredClass& answer = out.classes.emplace_back();
      answer = {.way = way, .fate = c.fate, .may = c.vague, .by = place_of(explorer.rules(), c.by),
                .pieces = describe_all(explorer.space(), c.pieces, pieces), .packet = {}};
      if (const auto witness = packet_of(explorer, c, host)) answer.packet = witness->question;
      all.push_back(std::move(c));
    }
  }
  out.share = share_of(all, out.complete, out.exact);
  // Whichever way it takes, the end is the same.
  if (out.share == Share::all || out.share == Share::none)
    for (AnsweredClass& c : out.classes) c.may = false;
  return out;
}

}  // namespace fwsim
