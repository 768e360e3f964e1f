// -m conntrack: what connection tracking knows of the packet's connection
// (net/netfilter/xt_conntrack.c). A packet without a connection is judged by --ctstate alone.
#include <array>
#include <utility>

#include "model/extension.hh"
#include "model/matches/any_range.hh"
#include "model/matches/ct_state.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

// Bits of ct_status. NONE is a name for no bit at all: it matches nothing.
constexpr std::array<NamedNumber, 4> status_names{
    {{"EXPECTED", 0}, {"SEEN_REPLY", 1}, {"ASSURED", 2}, {"CONFIRMED", 3}}};
constexpr std::array<NamedNumber, 5> all_status_names{
    {{"NONE", 63}, {"EXPECTED", 0}, {"SEEN_REPLY", 1}, {"ASSURED", 2}, {"CONFIRMED", 3}}};
constexpr std::array<NamedNumber, 2> direction_names{{{"ORIGINAL", 0}, {"REPLY", 1}}};

constexpr ValueKind status_kind{
    "status[,status...]", 1,
    [](const ValueContext&, Words words, Value& out) -> Error {
      Bits set;
      for (std::string_view word : split(words[0], ',')) {
        const NamedNumber* entry = find_named(all_status_names, word);
        if (!entry)
          return ValueError{"'" + std::string(word) + "' is not a status of a connection",
                            "a comma list of NONE, EXPECTED, SEEN_REPLY, ASSURED, CONFIRMED",
                            "Bad ctstatus \"" + std::string(words[0].substr(static_cast<std::size_t>(word.data() - words[0].data()))) + "\""};
        if (entry->number < status_names.size()) set.bits |= std::uint64_t{1} << entry->number;
      }
      out = set;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const std::uint64_t bits = std::get<Bits>(value).bits;
      if (bits == 0) out += "NONE";
      bool first = true;
      for (const NamedNumber& entry : status_names)
        if ((bits >> entry.number) & 1) {
          if (!std::exchange(first, false)) out += ',';
          out += entry.name;
        }
    }};

Pred status_test(std::uint64_t bits, bool inverted) {
  if (inverted) return masked(Field::ct_status, 0, bits);
  std::vector<Pred> parts;
  for (const NamedNumber& entry : status_names) {
    const std::uint64_t bit = std::uint64_t{1} << entry.number;
    if (bits & bit) parts.push_back(masked(Field::ct_status, bit, bit));
  }
  return any(std::move(parts));
}

Pred option_test(const Option& option, const Given& given) {
  if (option.field == Field::ct_status) return status_test(std::get<Bits>(given.value).bits, given.inverted);
  if (const auto* p = std::get_if<Prefix>(&given.value))
    return value_in_field(option.field, Prefix{p->address & p->mask, p->mask}, given.inverted);
  if (const auto* r = std::get_if<NumRange>(&given.value); r && r->low > r->high)
    return given.inverted ? present(option.field) : never();
  return value_in_field(option.field, given.value, given.inverted);
}

Meaning meaning(const MatchUse& use, Family) {
  std::vector<Pred> parts;
  for (const Given& given : use.given) {
    const Option& option = use.extension->options[given.option];
    if (option.field != Field::ct_state) parts.push_back(option_test(option, given));
  }
  const auto* states = use.get<Bits>("ctstate");
  if (!states) {
    parts.insert(parts.begin(), present(Field::ct_status));
    return {all(std::move(parts)), never()};
  }
  Pred state = ct_state_test(states->bits, use.inverted("ctstate"));
  if (parts.empty()) return {std::move(state), never()};
  return {all({std::move(state), any({negation(present(Field::ct_status)), all(std::move(parts))})}), never()};
}

constexpr Option address(std::string_view name, Field field, std::string_view help) {
  return {.name = name, .kind = &kinds::host_prefix, .invertible = true, .field = field, .help = help};
}
constexpr Option ports(std::string_view name, Field field, std::string_view help) {
  return {.name = name, .kind = &kinds::any_port_range, .invertible = true, .field = field, .max = 0xffff,
          .help = help};
}

constexpr Option options[] = {
    {.name = "ctstate", .kind = &kinds::named_set, .invertible = true, .field = Field::ct_state,
     .names = ct_state_names, .help = "the packet is in one of these states, or its connection translated",
     .refused = "Bad ctstate \"{}\""},
    {.name = "ctproto", .kind = &kinds::protocol, .invertible = true, .field = Field::ct_proto,
     .help = "protocol of the connection"},
    address("ctorigsrc", Field::ct_orig_src, "source of the first packet, before translation"),
    address("ctorigdst", Field::ct_orig_dst, "destination of the first packet, before translation"),
    address("ctreplsrc", Field::ct_repl_src, "source of the answers, after translation"),
    address("ctrepldst", Field::ct_repl_dst, "destination of the answers, after translation"),
    ports("ctorigsrcport", Field::ct_orig_sport, "source port of the first packet"),
    ports("ctorigdstport", Field::ct_orig_dport, "destination port of the first packet"),
    ports("ctreplsrcport", Field::ct_repl_sport, "source port of the answers"),
    ports("ctrepldstport", Field::ct_repl_dport, "destination port of the answers"),
    {.name = "ctstatus", .kind = &status_kind, .invertible = true, .field = Field::ct_status,
     .help = "the connection has one of these marks"},
    {.name = "ctexpire", .kind = &kinds::any_range, .invertible = true, .field = Field::ct_expire,
     .help = "seconds until the connection is forgotten"},
    {.name = "ctdir", .kind = &kinds::choice, .field = Field::ct_dir, .names = direction_names,
     .help = "the packet goes the way of the first one, or back"},
};

}  // namespace

extern const Extension match_conntrack{
    .name = "conntrack", .options = options,
    .groups = "ctstate+ctproto+ctorigsrc+ctorigdst+ctreplsrc+ctrepldst+ctorigsrcport+ctorigdstport+ctreplsrcport+"
              "ctrepldstport+ctstatus+ctexpire+ctdir",
    .none_given = "conntrack: At least one option is required",
    .conntrack = true, .help = "the packet's connection", .match = meaning};

}  // namespace fwsim
