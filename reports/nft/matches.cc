// Matches on the packet, its socket and its connection that are not just "field in value".
#include <fmt/format.h>

#include <algorithm>

#include "model/matches/sctp.hh"
#include "reports/nft/extensions.hh"
#include "reports/nft/fields.hh"

namespace fwsim::nft {

std::optional<Ways> cgroup_text(const MatchUse& use, RuleContext&, std::string& why) {
  if (use.has("path")) {
    why = "nft looks a control group up when the rule is loaded, iptables when a packet is sent";
    return std::nullopt;
  }
  const std::string text = fmt::format("meta cgroup {}", use.number("cgroup"));
  return one_way(use.inverted("cgroup") ? unless_piece(text) : text_piece(text));
}

std::optional<Ways> connbytes_text(const MatchUse& use, RuleContext&, std::string&) {
  constexpr std::string_view modes[] = {"packets", "bytes", "avgpkt"}, directions[] = {"original ", "reply ", ""};
  const NumRange range = *use.get<NumRange>("connbytes");
  const bool inverted = use.inverted("connbytes"), open = range.high == ~std::uint64_t{0};
  const std::string key =
      fmt::format("ct {}{}", directions[use.number("connbytes-dir")], modes[use.number("connbytes-mode")]);
  if (open) return one_way(text_piece(fmt::format("{} {} {}", key, inverted ? "<" : ">=", range.low)));
  return one_way(text_piece(fmt::format("{} {}{}-{}", key, inverted ? "!= " : "", range.low, range.high)));
}

std::optional<Ways> connlabel_text(const MatchUse& use, RuleContext&, std::string& why) {
  const std::uint64_t label = use.number("label");
  const bool inverted = use.inverted("label");
  if (use.has("set")) {
    if (inverted) {
      why = "it labels the connection and then matches those that could not be labelled";
      return std::nullopt;
    }
    // Without a connection nft sets nothing and goes on.
    return Ways{{text_piece("ct state established,related,new"), memory_piece(fmt::format("ct label set {}", label))}};
  }
  const std::string text = fmt::format("ct label {}", label);
  return one_way(inverted ? unless_piece(text) : text_piece(text));
}

std::optional<Ways> ecn_text(const MatchUse& use, RuleContext& c, std::string&) {
  if (!use.has("ecn-tcp-ece") && !use.has("ecn-tcp-cwr")) return std::nullopt;
  Pieces pieces;
  if (use.has("ecn-ip-ect"))
    pieces.push_back({.key = fmt::format("{} ecn", c.family == Family::v4 ? "ip" : "ip6"),
                      .elements = {number_element({use.number("ecn-ip-ect"), use.number("ecn-ip-ect")})},
                      .negated = use.inverted("ecn-ip-ect"),
                      .of_family = true});
  for (const auto& [option, flag] : {std::pair{"ecn-tcp-ece", "ecn"}, std::pair{"ecn-tcp-cwr", "cwr"}})
    if (use.has(option))
      pieces.push_back(text_piece(use.inverted(option) ? fmt::format("tcp flags & {} == 0x0", flag)
                                                       : fmt::format("tcp flags {}", flag)));
  return Ways{std::move(pieces)};
}

std::optional<Ways> helper_text(const MatchUse& use, RuleContext&, std::string& why) {
  const std::string_view name = use.text("helper");
  if (name.empty() || !can_be_quoted(name)) {
    why = "nft asks for one helper by its name";
    return std::nullopt;
  }
  const std::string text = fmt::format("ct helper {}", in_quotes(name));
  return one_way(use.inverted("helper") ? unless_piece(text) : text_piece(text));
}

std::optional<Ways> osf_text(const MatchUse& use, RuleContext&, std::string& why) {
  if (use.has("log") || !can_be_quoted(use.text("genre"))) {
    why = "osf of nft does not log";
    return std::nullopt;
  }
  constexpr std::string_view ttls[] = {"", "ttl loose ", "ttl skip "};
  const std::string text = fmt::format("osf {}name {}", ttls[use.number("ttl")], in_quotes(use.text("genre")));
  // Packets that are no SYN never match, also when negated.
  const Piece syn = text_piece("tcp flags syn");
  return Ways{{syn, use.inverted("genre") ? unless_piece(text) : text_piece(text)}};
}

// nft knows the owner of a socket only where there is one; so does a negated iptables match, but it is true then.
std::optional<Ways> owner_text(const MatchUse& use, RuleContext&, std::string& why) {
  if (use.has("suppl-groups") || use.has("socket-exists")) {
    why =
        use.has("suppl-groups") ? "nft does not see supplementary groups" : "nft cannot ask whether there is a socket";
    return std::nullopt;
  }
  const bool all_inverted = std::all_of(use.given.begin(), use.given.end(), [](const Given& g) { return g.inverted; });
  Pieces pieces;
  for (const auto& [option, key] : {std::pair{"uid-owner", "meta skuid"}, std::pair{"gid-owner", "meta skgid"}}) {
    const auto* ids = use.get<NumRange>(option);
    if (!ids) continue;
    Piece piece{.key = key, .elements = {number_element({ids->low, ids->high})}, .negated = use.inverted(option)};
    if (all_inverted) {
      piece.negated = false;
      piece = unless_piece(piece_text(piece));
    }
    pieces.push_back(std::move(piece));
  }
  return Ways{std::move(pieces)};
}

std::optional<Ways> physdev_text(const MatchUse&, RuleContext&, std::string& why) {
  why = "nft sees bridge ports only in tables of family bridge";
  return std::nullopt;
}

std::optional<Ways> policy_text(const MatchUse& use, RuleContext&, std::string& why) {
  for (const Given& given : use.given)
    if (use.extension->options[given.option].repeatable) {
      why = "nft asks for a security association by its place in the packet";
      return std::nullopt;
    }
  return one_way(text_piece(fmt::format("{} ipsec {}", use.number("dir") == 0 ? "meta" : "rt",
                                        use.number("pol") == 0 ? "missing" : "exists")));
}

std::optional<Ways> rpfilter_text(const MatchUse& use, RuleContext&, std::string& why) {
  if (use.has("accept-local")) {
    why = "fib of nft finds no route to the host's own addresses";
    return std::nullopt;
  }
  return one_way(text_piece(fmt::format("fib saddr{}{} oif {}", use.has("validmark") ? " . mark" : "",
                                        use.has("loose") ? "" : " . iif", use.has("invert") ? "missing" : "exists")));
}

std::optional<Ways> sctp_text(const MatchUse& use, RuleContext&, std::string& why) {
  if (!use.has("chunk-types")) return std::nullopt;
  Pieces ports;
  for (const auto& [option, key] : {std::pair{"sport", "sctp sport"}, std::pair{"dport", "sctp dport"}})
    if (const auto* range = use.get<NumRange>(option))
      ports.push_back(
          {.key = key, .elements = {number_element({range->low, range->high})}, .negated = use.inverted(option)});
  const Given* given = use.find("chunk-types");
  const auto chunks = read_sctp_chunks(std::get<std::string>(given->value));
  struct Chunk {
    unsigned type;
    std::string_view name;
  };
  constexpr Chunk names[] = {
      {0, "data"},          {1, "init"},          {2, "init-ack"}, {3, "sack"},         {4, "heartbeat"},
      {5, "heartbeat-ack"}, {6, "abort"},         {7, "shutdown"}, {8, "shutdown-ack"}, {9, "error"},
      {10, "cookie-echo"},  {11, "cookie-ack"},   {12, "ecne"},    {13, "cwr"},         {14, "shutdown-complete"},
      {128, "asconf-ack"},  {192, "forward-tsn"}, {193, "asconf"}};
  std::vector<std::string> tests;
  std::size_t known = 0;
  for (const Chunk& chunk : names)
    if (chunks->types.test(chunk.type)) {
      ++known;
      if (chunks->flags[chunk.type].mask != 0) break;
      tests.push_back(fmt::format("sctp chunk {} exists", chunk.name));
    }
  // A malformed list of chunks is judged differently by the two, so only lists of chunks that all must be there.
  if (chunks->mode == SctpChunks::Mode::only || tests.size() != chunks->types.count() || known != tests.size() ||
      tests.empty() || (given->inverted && tests.size() > 1)) {
    why = "nft asks only whether chunks are there, and for those it knows by name";
    return std::nullopt;
  }
  Ways ways;
  if (chunks->mode == SctpChunks::Mode::all || given->inverted) {
    Pieces pieces = ports;
    for (const std::string& test : tests)
      pieces.push_back(text_piece(
          given->inverted ? test.substr(0, test.size() - std::string_view("exists").size()) + "missing" : test));
    return Ways{std::move(pieces)};
  }
  for (const std::string& test : tests) {
    Pieces pieces = ports;
    pieces.push_back(text_piece(test));
    ways.push_back(std::move(pieces));
  }
  return ways;
}

std::optional<Ways> socket_text(const MatchUse& use, RuleContext& c, std::string&) {
  if (!c.whole_packets)
    c.objects->notes.insert(
        "-m socket lets the kernel put fragments together before the rules see them; socket of nft does not");
  Pieces pieces;
  if (use.has("transparent")) pieces.push_back(text_piece("socket transparent 1"));
  pieces.push_back(text_piece(use.has("nowildcard") ? "socket wildcard { 0, 1 }" : "socket wildcard 0"));
  if (use.has("restore-skmark")) pieces.push_back(memory_piece("meta mark set socket mark"));
  return Ways{std::move(pieces)};
}

// What -m tcp asks besides "field in value": an option of the header.
std::optional<Ways> tcp_text(const MatchUse& use, RuleContext& c, std::string& why) {
  if (!use.has("tcp-option")) return std::nullopt;
  MatchUse rest = use;
  rest.remove("tcp-option");
  const auto terms = terms_of(meaning_of(rest, c.family).matches, c.family, c.whole_packets, why);
  if (!terms) return std::nullopt;
  Ways ways;
  for (const Conjunction& term : *terms) {
    auto pieces = pieces_of(term, {c.family, c.protocol}, why);
    if (!pieces) return std::nullopt;
    if (use.has("tcp-option")) {
      struct Kind {
        std::uint64_t kind;
        std::string_view name;
      };
      constexpr Kind kinds[] = {{2, "maxseg"}, {3, "window"}, {4, "sack-perm"}, {5, "sack"}, {8, "timestamp"}};
      std::string name = fmt::format("{}", use.number("tcp-option"));
      for (const Kind& k : kinds)
        if (k.kind == use.number("tcp-option")) name = k.name;
      pieces->push_back(
          text_piece(fmt::format("tcp option {} {}", name, use.inverted("tcp-option") ? "missing" : "exists")));
    }
    ways.push_back(std::move(*pieces));
  }
  return ways;
}

std::optional<Ways> tcpmss_text(const MatchUse& use, RuleContext&, std::string&) {
  const auto range = *use.get<NumRange>("mss");
  Piece size{.key = "tcp option maxseg size", .elements = {number_element({range.low, range.high})}};
  if (!use.inverted("mss")) return one_way(std::move(size));
  size.negated = true;
  return Ways{{text_piece("tcp option maxseg missing")}, {std::move(size)}};
}

// Times are UTC in iptables; nft takes numbers as UTC and words as the time zone of who loads the file.
std::optional<Ways> time_text(const MatchUse& use, RuleContext&, std::string& why) {
  if (use.has("kerneltz") || use.has("contiguous") || use.has("monthdays")) {
    why = use.has("monthdays") ? "nft has no days of the month"
                               : "nft has no time zones and no times that go over midnight";
    return std::nullopt;
  }
  Pieces pieces;
  const std::uint64_t from = use.number("datestart"), to = use.number("datestop");
  constexpr std::uint64_t last_date = 0x7fffffff;
  if (from != 0 && to != last_date)
    pieces.push_back(text_piece(fmt::format("meta time {}-{}", from, to)));
  else if (from != 0)
    pieces.push_back(text_piece(fmt::format("meta time >= {}", from)));
  else if (to != last_date)
    pieces.push_back(text_piece(fmt::format("meta time < {}", to + 1)));
  if (use.has("timestart")) {
    const std::uint64_t start = use.number("timestart"), stop = use.number("timestop");
    pieces.push_back(text_piece(start <= stop ? fmt::format("meta hour {}-{}", start, stop)
                                              : fmt::format("meta hour {{ {}-86399, 0-{} }}", start, stop)));
  }
  if (const auto* days = use.get<Bits>("weekdays")) {
    constexpr std::string_view names[] = {"",         "Monday", "Tuesday",  "Wednesday",
                                          "Thursday", "Friday", "Saturday", "Sunday"};
    Piece piece{.key = "meta day"};
    for (unsigned d = 1; d <= 7; ++d)
      if ((days->bits >> d) & 1) piece.elements.push_back({{d, d}, in_quotes(names[d])});
    if (piece.elements.empty()) return Ways{};
    pieces.push_back(std::move(piece));
  }
  return Ways{std::move(pieces)};
}

}  // namespace fwsim::nft
