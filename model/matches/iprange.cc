// -m iprange: addresses from one to another, inclusive. net/netfilter/xt_iprange.c
#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;

// Unlike kinds::address_range it takes a range whose end is below its start, as the kernel does
// with a warning: then nothing is in it.
constexpr ValueKind range_kind{
    "address[-address]", 1,
    [](const ValueContext& c, Words words, Value& out) -> std::optional<ValueError> {
      const std::size_t dash = words[0].find('-');
      const std::string_view first = words[0].substr(0, dash);
      const std::string_view last = dash == words[0].npos ? first : words[0].substr(dash + 1);
      AddressRange range;
      for (std::string_view word : {first, last}) {
        const auto address = read_address(c.family, word);
        if (!address)
          return ValueError{"'" + std::string(word) + "' is not an address",
                            word.find('/') != word.npos ? "a network is written with -s or -d" : "", refusal(*c.option, word)};
        (word.data() == first.data() ? range.low : range.high) = *address;
      }
      if (dash == words[0].npos) range.high = range.low;
      out = range;
      return {};
    },
    [](const ValueContext& c, const Value& value, std::string& out) { kinds::address_range.print(c, value, out); }};

Meaning meaning(const MatchUse& use, Family) {
  std::vector<Pred> parts;
  for (const Given& given : use.given) {
    const Field field = use.extension->options[given.option].field;
    const auto& range = std::get<AddressRange>(given.value);
    if (range.low > range.high)
      parts.push_back(given.inverted ? present(field) : never());
    else
      parts.push_back(value_in_field(field, given.value, given.inverted));
  }
  return {all(std::move(parts)), never()};
}

constexpr Option options[] = {
    {.name = "src-range", .kind = &range_kind, .invertible = true, .field = Field::src, .help = "source address", .refused = "iprange: Bad value for \"--src-range\" option: \"{}\""},
    {.name = "dst-range", .kind = &range_kind, .invertible = true, .field = Field::dst, .help = "destination address", .refused = "iprange: Bad value for \"--dst-range\" option: \"{}\""},
};

}  // namespace

extern const Extension match_iprange{.name = "iprange", .options = options, .groups = "src-range+dst-range", .none_given = "iprange match: You must specify `--src-range' or `--dst-range'",
                                     .help = "range of addresses", .match = meaning};

}  // namespace fwsim
