// -m geoip of xtables-addons: whether an address lies in one of some countries (xt_geoip.c). The
// countries' ranges are in files CC.iv4 and CC.iv6 of pairs (first, last), sorted: in network
// order, or in the folders LE and BE of older versions as 32-bit words of that order.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

struct Country : Shared {
  bool read = false;
  std::string fault;  // why there are no ranges
  std::vector<Range> ranges;
};

// Little-endian words are swapped one by one, also those of an IPv6 address.
u128 address_in(Family family, Bytes bytes, std::size_t at, bool little) {
  u128 address = 0;
  for (unsigned word = 0; word < address_bits(family) / 32; ++word) {
    const std::uint32_t big = be32(bytes, at + 4 * word);
    address = (address << 32) | (little ? __builtin_bswap32(big) : big);
  }
  return address;
}

// The ranges, if the bytes are such in this order.
bool read_ranges(Family family, Bytes bytes, bool little, std::vector<Range>& ranges) {
  const std::size_t width = address_bits(family) / 8;
  ranges.clear();
  ranges.reserve(bytes.size() / (2 * width));
  for (std::size_t at = 0; at + 2 * width <= bytes.size(); at += 2 * width)
    ranges.push_back({address_in(family, bytes, at, little), address_in(family, bytes, at + width, little)});
  for (std::size_t i = 0; i < ranges.size(); ++i)
    if (ranges[i].high < ranges[i].low || (i != 0 && ranges[i].low <= ranges[i - 1].high)) return false;
  return bytes.size() % (2 * width) == 0;
}

void read_country(Country& country, Family family, const std::string& dir, const std::string& code) {
  const std::string name = fmt::format("/{}.iv{}", code, family == Family::v4 ? 4 : 6);
  for (const std::string_view folder : {"", "/LE", "/BE"}) {
    const std::string path = fmt::format("{}{}{}", dir, folder, name);
    std::error_code none;
    const auto size = std::filesystem::file_size(path, none);
    std::ifstream file(path, std::ios::binary);
    if (none || !file) continue;
    std::vector<std::uint8_t> bytes(size);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    const bool little = folder == "/LE" || (folder.empty() && dir.ends_with("/LE"));
    if (!read_ranges(family, bytes, little, country.ranges) && !read_ranges(family, bytes, !little, country.ranges))
      country.fault = fmt::format("geoip file {} is damaged", path);
    return;
  }
  country.fault = fmt::format("geoip data for {} not found in {}", code, dir);
}

const Country& country_of(World& world, Family family, const std::string& code) {
  auto& country = world.get_shared<Country>(fmt::format("geoip/{}/{}", family == Family::v4 ? 4 : 6, code));
  if (!country.read) read_country(country, family, world.host.geoip_dir, code);
  country.read = true;
  return country;
}

bool contains(const Country& country, u128 address) {
  const auto after = std::upper_bound(country.ranges.begin(), country.ranges.end(), address,
                                      [](u128 a, const Range& range) { return a < range.low; });
  return after != country.ranges.begin() && std::prev(after)->contains(address);
}

class Geoip : public Oracle {
 public:
  Geoip(const MatchUse& use, Family family, World& world) : source_(use.has("source-country")) {
    const std::string_view option = source_ ? "source-country" : "destination-country";
    inverted_ = use.inverted(option);
    for (const std::string_view code : split(use.text(option), ','))
      countries_.push_back(&country_of(world, family, std::string(code)));
  }

  Answer test(Packet& packet, const Where&, World&) override {
    const u128 address = packet.fields.get(source_ ? Field::src : Field::dst);
    why_.clear();
    for (const Country* country : countries_) {
      if (contains(*country, address)) return answer(!inverted_);
      if (why_.empty()) why_ = country->fault;
    }
    return why_.empty() ? answer(inverted_) : Answer::unknown;
  }
  std::string why() const override { return why_; }

 private:
  bool source_;
  bool inverted_ = false;
  std::vector<const Country*> countries_;
  std::string why_;
};

}  // namespace

extern const OracleKind oracle_geoip{
    "geoip", [](const MatchUse& use, Family family, World& world) -> std::unique_ptr<Oracle> {
      return std::make_unique<Geoip>(use, family, world);
    }};

}  // namespace fwsim
