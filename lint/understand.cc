// The words of assertions: traffic, networks and ways, with faults at their place in the policy.
#include <fmt/format.h>

#include <algorithm>

#include "lint/verify.hh"

namespace fwsim {
namespace {

class Understanding {
 public:
  Understanding(const Policy& policy, Diagnostics& diagnostics) : policy_(policy), diagnostics_(diagnostics) {}

  std::optional<Claim> claim(const Assertion& a) {
    bad_ = false;
    Claim claim{.assertion = &a, .traffic = {}, .sources = {}, .to = {}, .to_ports = {}};
    if (a.traffic.line != 0)
      if (auto traffic = read(a.traffic, "", "")) claim.traffic.push_back(std::move(*traffic));
    if (a.kind == Assertion::Kind::isolated) isolated(a, claim);
    for (const PlacedText& source : a.sources) {
      const auto from = network(source);
      if (!from) continue;
      if (claim.family && from->family && claim.family != from->family)
        fault(source, 1, source.text.size(), "the sources are of different families", "one assertion for each family");
      if (!claim.family) claim.family = from->family;
      claim.sources.insert(claim.sources.end(), from->src.begin(), from->src.end());
      if (from->src.empty()) claim.sources.push_back({0, all_ones});
    }
    if (!claim.traffic.empty() && claim.traffic.front().family && claim.family && claim.traffic.front().family != claim.family)
      fault(a.sources.front(), 1, a.sources.front().text.size(), "the sources and the traffic are of different families");
    if (a.to.line != 0) target(a, claim);
    if (a.way.line != 0) way(a.way, claim);
    if (bad_) return std::nullopt;
    return claim;
  }

 private:
  void fault(const PlacedText& at, std::size_t column, std::size_t width, std::string text, std::string hint = {}) {
    bad_ = true;
    diagnostics_.push_back({.severity = Severity::error, .file = policy_.file, .line = at.line, .column = at.column + static_cast<unsigned>(column) - 1,
                            .width = static_cast<unsigned>(std::max<std::size_t>(1, width)), .id = "policy", .text = std::move(text), .hint = std::move(hint),
                            .source = at.line > 0 && at.line <= policy_.lines.size() ? policy_.lines[at.line - 1] : ""});
  }

  // The text as a part of a description of traffic.
  std::optional<Traffic> read(const PlacedText& text, std::string_view before, std::string_view after) {
    QuestionFault wrong;
    auto traffic = read_traffic(fmt::format("{}{}{}", before, text.text, after), wrong);
    if (traffic) return traffic;
    const std::size_t column = wrong.column > before.size() ? wrong.column - before.size() : 1;
    fault(text, std::min(column, text.text.size() + 1), wrong.width, wrong.text, wrong.hint);
    return std::nullopt;
  }

  std::optional<Traffic> network(const PlacedText& text) {
    if (text.text.find(' ') != std::string::npos) {
      fault(text, 1, text.text.size(), fmt::format("'{}' is not a network", text.text), "an address, a prefix or a range a-b");
      return std::nullopt;
    }
    auto traffic = read(text, "any ", " -> any");
    if (traffic && !traffic->sport.empty()) {
      fault(text, 1, text.text.size(), "a network has no ports");
      return std::nullopt;
    }
    return traffic;
  }

  void isolated(const Assertion& a, Claim& claim) {
    std::string sides[2];
    for (int side = 0; side < 2; ++side)
      for (const PlacedText& text : side == 0 ? a.one : a.other) {
        network(text);
        sides[side] += (sides[side].empty() ? "" : ",") + text.text;
      }
    if (bad_ || sides[0].empty() || sides[1].empty()) return;
    for (int first = 0; first < 2; ++first) {
      QuestionFault wrong;
      auto traffic = read_traffic(fmt::format("any {} -> {}", sides[first], sides[1 - first]), wrong);
      if (traffic)
        claim.traffic.push_back(std::move(*traffic));
      else if (!bad_)
        fault(a.other.front(), 1, a.other.front().text.size(), wrong.text);
    }
  }

  void target(const Assertion& a, Claim& claim) {
    const auto to = read(a.to, "any any -> ", "");
    if (!to) return;
    claim.to = to->dst;
    claim.to_ports = to->dport;
    if (claim.to.empty() && claim.to_ports.empty()) fault(a.to, 1, a.to.text.size(), "this is any address and port", "ADDRESS or ADDRESS:PORT");
    if (!claim.traffic.empty() && claim.traffic.front().family && to->family && claim.traffic.front().family != to->family)
      fault(a.to, 1, a.to.text.size(), "this and the traffic are of different families");
    if (!claim.traffic.empty() && !claim.traffic.front().family) claim.traffic.front().family = to->family;
  }

  void way(const PlacedText& text, Claim& claim) {
    for (Way w : all_ways)
      if (text.text == way_name(w)) claim.way = w;
    if (!claim.way) {
      const std::string meant = did_you_mean(text.text, {"input", "forward", "output"});
      return fault(text, 1, text.text.size(), fmt::format("'{}' is not a way", text.text), meant.empty() ? "input, forward or output" : "did you mean " + meant + "?");
    }
    for (const Traffic& t : claim.traffic)
      if (t.way && t.way != claim.way) return fault(text, 1, text.text.size(), fmt::format("the devices of the traffic say '{}'", way_name(*t.way)));
  }

  const Policy& policy_;
  Diagnostics& diagnostics_;
  bool bad_ = false;
};

}  // namespace

std::vector<Claim> understand(const Policy& policy, Diagnostics& diagnostics) {
  std::vector<Claim> claims;
  Understanding understanding(policy, diagnostics);
  for (const Assertion& assertion : policy.assertions)
    if (auto claim = understanding.claim(assertion)) claims.push_back(std::move(*claim));
  return claims;
}

}  // namespace fwsim
