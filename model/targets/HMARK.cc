// -j HMARK: a firewall mark computed from addresses and ports, so that a connection always gets
// the same. --hmark-tuple is short for the prefixes and masks, which is how it is saved. xt_HMARK.c
// Options after finish(), for simulator/effects/hmark.cc: hmark-src-prefix, -dst-prefix, -sport-mask,
// -dport-mask, -spi-mask, -sport, -dport, -spi, -proto-mask, -rnd, -mod, -offset: numbers, absent when
// not given; hmark-tuple: given means "the connection's tuple".
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

template <int digits>
void print_padded(const ValueContext&, const Value& value, std::string& out) {
  out += fmt::format("0x{:0{}x}", std::get<NumRange>(value).low, digits);
}

Error read_number_value(const ValueContext& c, Words words, Value& out) { return kinds::number.read(c, words, out); }

// A mask with holes counts as that of a single address.
Error read_length(const ValueContext& c, Words words, Value& out) {
  auto error = kinds::mask_length.read(c, words, out);
  if (!error) return {};
  if (kinds::host.read(c, words, out)) return error;
  out = NumRange{address_bits(c.family), address_bits(c.family)};
  return {};
}

constexpr unsigned ct_bit = 6;
constexpr NamedNumber parts[] = {{"src", 0}, {"dst", 1},   {"sport", 2},  {"dport", 3},
                                 {"spi", 4}, {"proto", 5}, {"ct", ct_bit}};

Error read_tuple(const ValueContext& c, Words words, Value& out) {
  Bits set;
  for (std::string_view word : split(words[0], ',')) {
    Value number;
    if (auto error = kinds::choice.read(c, Words(&word, 1), number)) return error;
    set.bits |= std::uint64_t{1} << std::get<NumRange>(number).low;
  }
  out = set;
  return {};
}

constexpr ValueKind length_kind{"length", 1, read_length, [](const ValueContext&, const Value& v, std::string& out) {
                                  out += std::to_string(std::get<NumRange>(v).low);
                                }};
constexpr ValueKind tuple_kind{"part[,part...]", 1, read_tuple,
                               [](const ValueContext&, const Value&, std::string& out) { out += "ct"; }};
constexpr ValueKind hex2{"N", 1, read_number_value, print_padded<2>};
constexpr ValueKind hex4{"N", 1, read_number_value, print_padded<4>};
constexpr ValueKind hex8{"N", 1, read_number_value, print_padded<8>};

void expand_tuple(Use& use, CheckContext& c) {
  if (!use.has("hmark-tuple")) return;
  const std::uint64_t bits = use.get<Bits>("hmark-tuple")->bits;
  const std::uint64_t width = address_bits(c.family);
  const struct {
    std::string_view option;
    std::uint64_t whole;
  } forms[] = {{"hmark-src-prefix", width},  {"hmark-dst-prefix", width},    {"hmark-sport-mask", 0xffff},
               {"hmark-dport-mask", 0xffff}, {"hmark-spi-mask", 0xffffffff}, {"hmark-proto-mask", 0xffff}};
  for (unsigned i = 0; i < std::size(forms); ++i) {
    if (((bits >> i) & 1) == 0) continue;
    if (use.has(forms[i].option))
      c.fault(forms[i].option,
              fmt::format("--hmark-tuple {} and --{} say the same twice", parts[i].name, forms[i].option));
    use.put(forms[i].option, NumRange{forms[i].whole, forms[i].whole});
  }
  if (((bits >> ct_bit) & 1) == 0) use.remove("hmark-tuple");
}

void finish(Use& use, CheckContext& c) {
  expand_tuple(use, c);
  const bool ports = use.has("hmark-sport-mask") || use.has("hmark-dport-mask");
  if (use.has("hmark-spi-mask") && ports)
    c.fault("hmark-spi-mask", "--hmark-spi-mask cannot be used together with masks of ports");
  if (use.has("hmark-spi") && (use.has("hmark-sport") || use.has("hmark-dport")))
    c.fault("hmark-spi", "--hmark-spi cannot be used together with ports");
  bool any = false;
  for (const Given& given : use.given) {
    const std::string_view name = use.extension->options[given.option].name;
    any = any || (name != "hmark-mod" && name != "hmark-rnd" && name != "hmark-offset");
  }
  if (!any) c.fault("", "-j HMARK needs something to hash: --hmark-tuple", "--hmark-tuple src,dst");
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use, .writes = {Field::mark}}}; }

constexpr Option options[] = {
    {.name = "hmark-src-prefix", .kind = &length_kind, .help = "bits of the source address that count"},
    {.name = "hmark-dst-prefix", .kind = &length_kind, .help = "bits of the destination address that count"},
    {.name = "hmark-sport-mask", .kind = &hex4, .max = 0xffff, .help = "bits of the source port that count"},
    {.name = "hmark-dport-mask", .kind = &hex4, .max = 0xffff, .help = "bits of the destination port that count"},
    {.name = "hmark-spi-mask", .kind = &hex8, .help = "bits of the SPI that count"},
    {.name = "hmark-sport", .kind = &hex4, .max = 0xffff, .help = "bits set in the source port"},
    {.name = "hmark-dport", .kind = &hex4, .max = 0xffff, .help = "bits set in the destination port"},
    {.name = "hmark-spi", .kind = &hex8, .help = "bits set in the SPI"},
    {.name = "hmark-proto-mask", .kind = &hex2, .max = 0xffff, .help = "bits of the protocol that count"},
    {.name = "hmark-rnd", .kind = &hex8, .required = true, .help = "start of the hash"},
    {.name = "hmark-mod", .kind = &kinds::number, .min = 1, .required = true, .help = "the hash is brought below N"},
    {.name = "hmark-offset", .kind = &kinds::number, .help = "added to the result"},
    {.name = "hmark-tuple", .kind = &tuple_kind, .names = parts, .help = "what counts"},
};

}  // namespace

extern const Extension target_HMARK{.name = "HMARK",
                                    .is_target = true,
                                    .options = options,
                                    .help = "mark by a hash of addresses and ports",
                                    .finish = finish,
                                    .act = act};

}  // namespace fwsim
