// -m geoip of xtables-addons: the country that an address belongs to (xt_geoip.c).
// For simulator/oracles/geoip.cc:
//   source-country or destination-country   string "DE,FR", upper case, each once; the inversion is the match's
#include <algorithm>
#include <cctype>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::size_t max_countries = 15;

std::optional<ValueError> read_countries(const ValueContext&, Words words, Value& out) {
  const auto codes = split(words[0], ',');
  if (codes.size() > max_countries) return ValueError{"too many countries: at most 15", "use several rules"};
  std::string list;
  for (std::string_view word : codes) {
    std::string code(word);
    for (char& c : code) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (code.size() != 2 || !std::all_of(code.begin(), code.end(), [](unsigned char c) { return std::isalnum(c); }))
      return ValueError{"'" + code + "' is not a country", "two letters of ISO 3166, like DE"};
    const auto known = split(list, ',');
    if (std::find(known.begin(), known.end(), code) == known.end()) list += (list.empty() ? "" : ",") + code;
  }
  out = std::move(list);
  return {};
}

// The extension prints a space behind the list.
constexpr ValueKind countries_kind{
    "CC[,CC...]", 1, read_countries,
    [](const ValueContext&, const Value& value, std::string& out) { out += std::get<std::string>(value) + " "; }};

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "source-country", .kind = &countries_kind, .alias = "src-cc", .invertible = true,
     .help = "country of the source"},
    {.name = "destination-country", .kind = &countries_kind, .alias = "dst-cc", .invertible = true,
     .help = "country of the destination"},
};

}  // namespace

extern const Extension match_geoip{.name = "geoip", .home = Extension::Home::addons, .options = options, .groups = "source-country|destination-country",
                                   .help = "country of an address (xtables-addons)", .match = meaning};

}  // namespace fwsim
