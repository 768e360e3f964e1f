// -m hashlimit: token buckets, one for each address or port, in a table that rules share by name
// (net/netfilter/xt_hashlimit.c). Options after finish(), for simulator/oracles/hashlimit.cc:
//   hashlimit-upto or hashlimit-above   Masked{interval, 1} packets: 1/1000000 s between two
//                                       Masked{interval, 0} bytes: see rate.hh, byte_interval
//                                       with rate-match: of packets or bytes in one second
//   hashlimit-burst      Masked{packets, 1}, always given; or Masked{bytes, 0}, a multiple of the
//                        rate's bytes, when there is one (refills = bytes / interval_bytes)
//   hashlimit-mode       Bits: 0 srcip, 1 srcport, 2 dstip, 3 dstport; absent: one bucket for all
//   hashlimit-name       string
//   hashlimit-htable-size, -max, -gcinterval   NumRange, absent: the kernel's default
//   hashlimit-htable-expire                    NumRange in ms, always given
//   hashlimit-srcmask, -dstmask                NumRange, absent: the whole address
//   hashlimit-rate-match flag; hashlimit-rate-interval NumRange in s, given with it
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <utility>

#include "model/extension.hh"
#include "model/more_kinds.hh"
#include "model/rate.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

constexpr std::uint64_t max_burst = 1000000, max_buckets = 1048576, packets = 1, bytes = 0;

std::uint64_t size_factor(char letter) { return letter == 'm' ? 1024 * 1024 : letter == 'k' ? 1024 : 1; }

// While reading, the mask of a packet rate is the seconds of its unit: other defaults follow it.
Error read_rate_kind(const ValueContext&, Words words, Value& out) {
  const std::string_view word = words[0];
  const std::size_t unit = word.find("b/s");
  if (const auto number = leading_number(word); number && unit != word.npos && unit > 0 && *number != 0) {
    const std::uint64_t interval = byte_interval(*number * size_factor(word[unit - 1]));
    if (interval == 0) return ValueError{fmt::format("'{}' is too fast", word), "less than 32768mb/s"};
    out = Masked{interval, bytes};
    return {};
  }
  const auto interval = read_rate(word, hashlimit_scale);
  if (!interval)
    return ValueError{fmt::format("'{}' is not a rate", word),
                      "like 5/second, 10/minute or 512kb/s, at most 1000000/second",
                      leading_number(word).value_or(0) != 0 && rate_unit(word) != 0 ? refused_rate(word) : std::string()};
  out = Masked{*interval, rate_unit(word)};
  return {};
}

struct Unit {
  std::uint64_t bytes;
  std::string_view text;
};
constexpr std::array<Unit, 3> units{{{1024 * 1024, "mb"}, {1024, "kb"}, {1, "b"}}};

// The largest unit that gives the same interval again, in the 32 bits that iptables cuts it to.
std::string rate_bytes_text(std::uint64_t interval) {
  const std::uint64_t n = interval_bytes(interval);
  for (const Unit& unit : units)
    if (unit.bytes == 1 || (n >= unit.bytes && byte_interval(n & (0x100000000 - unit.bytes)) == interval))
      return fmt::format("{}{}/s", n / unit.bytes, unit.text);
  return {};
}

std::string burst_bytes_text(std::uint64_t n) {
  for (const Unit& unit : units)
    if (unit.bytes == 1 || n >= unit.bytes) return fmt::format("{}{}", n / unit.bytes, unit.text);
  return {};
}

void print_rate_kind(const ValueContext&, const Value& value, std::string& out) {
  const auto& rate = std::get<Masked>(value);
  out += rate.mask == bytes ? rate_bytes_text(rate.value) : rate_text(rate.value, hashlimit_scale);
}

// A number with k, m or nothing behind; what it counts is only known with the rate.
Error read_burst(const ValueContext&, Words words, Value& out) {
  std::string_view word = words[0];
  std::size_t digits = word.find_first_not_of("0123456789abcdefABCDEFxX");
  if (word.size() > 1 && word.substr(0, 2) != "0x") digits = word.find_first_not_of("0123456789");
  const auto number = read_number(word.substr(0, digits));
  if (!number || *number == 0 || (digits == word.npos && *number > max_burst))
    return ValueError{fmt::format("'{}' is no burst", word), "1 to 1000000 packets, or bytes like 20kb"};
  out = Masked{*number * (digits == word.npos ? 1 : size_factor(word[digits])), packets};
  return {};
}

void print_burst(const ValueContext&, const Value& value, std::string& out) {
  const auto& burst = std::get<Masked>(value);
  out += burst.mask == bytes ? burst_bytes_text(burst.value) : fmt::format("{}", burst.value);
}

constexpr std::array<std::string_view, 4> key_names{"srcip", "srcport", "dstip", "dstport"};

Error read_keys(const ValueContext&, Words words, Value& out) {
  Bits keys;
  for (std::string_view list : split(words[0], ','))
    for (std::string_view word : split(list, '|')) {
      bool known = word.empty();
      for (std::size_t i = 0; i < key_names.size(); ++i)
        if (key_names[i] == word) {
          keys.bits |= std::uint64_t{1} << i;
          known = true;
        }
      if (!known)
        return ValueError{fmt::format("'{}' is not a key", word), "a comma list of srcip, srcport, dstip, dstport"};
    }
  out = keys;
  return {};
}

void print_keys(const ValueContext&, const Value& value, std::string& out) {
  bool first = true;
  for (std::size_t i = 0; i < key_names.size(); ++i)
    if ((std::get<Bits>(value).bits >> i) & 1) {
      if (!std::exchange(first, false)) out += ',';
      out += key_names[i];
    }
}

Error read_seconds(const ValueContext&, Words words, Value& out) {
  const auto number = leading_number(words[0]);
  if (!number || *number == 0 || *number > 0x7fffffff)
    return ValueError{fmt::format("'{}' is not a number of seconds", words[0]), {}};
  out = NumRange{*number, *number};
  return {};
}
void print_seconds(const ValueContext&, const Value& value, std::string& out) {
  out += fmt::format("{}", std::get<NumRange>(value).low);
}

constexpr ValueKind rate_kind{"N[/unit]|Nkb/s", 1, read_rate_kind, print_rate_kind};
constexpr ValueKind burst_kind{"N|Nkb", 1, read_burst, print_burst};
constexpr ValueKind keys_kind{"key[,key...]", 1, read_keys, print_keys};
constexpr ValueKind seconds_kind{"seconds", 1, read_seconds, print_seconds};

// hashlimit_mt_check of iptables: defaults that depend on the unit, and bursts of bytes.
void byte_defaults(Use& use, CheckContext& c, const Masked& rate) {
  if (!use.has("hashlimit-htable-expire")) {
    const std::uint64_t ms = use.has("hashlimit-burst") ? 60000 : 15000;
    use.put("hashlimit-htable-expire", NumRange{ms, ms});
  }
  if (use.has("hashlimit-rate-match") && !use.has("hashlimit-rate-interval"))
    use.put("hashlimit-rate-interval", NumRange{1, 1});
  const auto* burst = use.get<Masked>("hashlimit-burst");
  if (!burst || burst->mask == bytes) return;
  const std::uint64_t once = interval_bytes(rate.value);
  if (once == 0 || burst->value < once)
    return c.fault("hashlimit-burst", fmt::format("the burst is smaller than one second's {} bytes", once), {});
  const std::uint64_t refills = (burst->value & 0xffffffff) / once + (burst->value % once != 0 ? 1 : 0);
  if (refills == 0) return use.remove("hashlimit-burst");
  use.put("hashlimit-burst", Masked{refills * once, bytes});
}

void packet_defaults(Use& use, CheckContext& c, Masked& rate) {
  if (!use.has("hashlimit-burst")) use.put("hashlimit-burst", Masked{5, packets});
  const std::uint64_t burst = use.get<Masked>("hashlimit-burst")->value;
  if (burst > max_burst) c.fault("hashlimit-burst", "a burst is at most 1000000 packets");
  if (!use.has("hashlimit-htable-expire"))
    use.put("hashlimit-htable-expire", NumRange{rate.mask * 1000, rate.mask * 1000});
  if (use.has("hashlimit-rate-match")) {
    if (!use.has("hashlimit-rate-interval")) use.put("hashlimit-rate-interval", NumRange{rate.mask, rate.mask});
    rate.value /= rate.mask;
    if (rate.value == 0) c.fault("hashlimit-rate-match", "the kernel cannot count so fast a rate");
  } else if (hashlimit_credits(rate.value * burst) < hashlimit_credits(rate.value)) {
    c.fault("hashlimit-burst", "the kernel cannot count this slow a rate with this burst (overflow)",
            "use a smaller --hashlimit-burst or a shorter unit");
  }
  rate.mask = packets;
}

void clamp_table(Use& use, CheckContext& c) {
  for (std::string_view option : {"hashlimit-htable-size", "hashlimit-htable-max"}) {
    const std::uint64_t n = use.number(option);
    if (n == 0) use.remove(option);  // the kernel's default
    if (n > max_buckets) use.put(option, NumRange{max_buckets, max_buckets});
  }
  for (std::string_view option : {"hashlimit-htable-gcinterval", "hashlimit-htable-expire"})
    if (use.number(option, 1000) == 0) c.fault(option, fmt::format("--{} cannot be 0", option));
}

void finish(Use& use, CheckContext& c) {
  const std::string_view given = use.has("hashlimit-above") ? "hashlimit-above" : "hashlimit-upto";
  const bool above = (given == "hashlimit-above") != use.inverted(given);
  Masked rate = *use.get<Masked>(given);
  clamp_table(use, c);
  if (rate.mask == bytes) {
    if (byte_credits(rate.value) == 0 && !use.has("hashlimit-rate-match"))
      c.fault("hashlimit-upto", "the kernel cannot count so fast a rate", "less than 32768mb/s");
    byte_defaults(use, c, rate);
  } else {
    packet_defaults(use, c, rate);
  }
  use.remove(given);
  use.put(above ? "hashlimit-above" : "hashlimit-upto", rate);
  if (!use.has("hashlimit-rate-match")) use.remove("hashlimit-rate-interval");
  if (const auto* keys = use.get<Bits>("hashlimit-mode"); keys && keys->bits == 0) use.remove("hashlimit-mode");
  const std::string_view name = use.text("hashlimit-name");
  if (!is_proc_name(name))
    c.fault("hashlimit-name", fmt::format("'{}' cannot be the name of a file in /proc", name));
  else if (name.size() > 254)
    use.put("hashlimit-name", std::string(name.substr(0, 254)));
}

// What iptables takes for the default when it prints: it goes by the unit of the printed rate.
std::uint64_t printed_expire(const Use& use, const Masked& rate) {
  if (rate.mask == bytes) return use.has("hashlimit-burst") ? 60000 : 15000;
  return rate_unit(rate_text(rate.value, hashlimit_scale)) * 1000;
}

void print(const Use& use, Family family, std::string& out) {
  const auto* upto = use.get<Masked>("hashlimit-upto");
  const std::uint64_t expire = printed_expire(use, upto ? *upto : *use.get<Masked>("hashlimit-above"));
  for (const Given& given : use.given) {
    const std::string_view name = use.extension->options[given.option].name;
    const auto* number = std::get_if<NumRange>(&given.value);
    if (number &&
        ((name == "hashlimit-htable-gcinterval" && number->low == 1000) ||
         (name == "hashlimit-htable-expire" && number->low == expire) ||
         ((name == "hashlimit-srcmask" || name == "hashlimit-dstmask") && number->low == address_bits(family)) ||
         (name == "hashlimit-rate-interval" && number->low == 1)))
      continue;
    print_given(use, given, family, out);
  }
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "hashlimit-upto",
     .kind = &rate_kind,
     .alias = "hashlimit",
     .invertible = true,
     .help = "true while the bucket's rate is at most this"},
    {.name = "hashlimit-above", .kind = &rate_kind, .invertible = true, .help = "true when the rate is above this"},
    {.name = "hashlimit-burst", .kind = &burst_kind, .help = "what may come at once before the rate counts", .refused = "bad value for option \"--hashlimit-burst\", or out of range (1-1000000)."},
    {.name = "hashlimit-mode", .kind = &keys_kind, .help = "what gets a bucket of its own"},
    {.name = "hashlimit-name", .kind = &kinds::word, .min = 1, .required = true, .help = "name of the table"},
    {.name = "hashlimit-htable-size", .kind = &kinds::number, .help = "number of hash buckets"},
    {.name = "hashlimit-htable-max", .kind = &kinds::number, .help = "most entries in the table"},
    {.name = "hashlimit-htable-gcinterval", .kind = &kinds::number, .help = "milliseconds between clean-ups"},
    {.name = "hashlimit-htable-expire",
     .kind = &kinds::number,
     .help = "milliseconds until an idle entry is forgotten"},
    {.name = "hashlimit-srcmask",
     .kind = &kinds::mask_length,
     .help = "length of the source prefix that shares a bucket"},
    {.name = "hashlimit-dstmask",
     .kind = &kinds::mask_length,
     .help = "length of the destination prefix that shares a bucket"},
    {.name = "hashlimit-rate-match", .help = "compare the rate itself, without a bucket"},
    {.name = "hashlimit-rate-interval", .kind = &seconds_kind, .help = "seconds over which the rate is taken"},
};

}  // namespace

extern const Extension match_hashlimit{
    .name = "hashlimit", .options = options, .groups = "hashlimit-upto|hashlimit-above", .none_given = "You have to specify --hashlimit",
    .memory = Memory::shared, .help = "rate for each address or port", .finish = finish, .print = print, .match = meaning};

}  // namespace fwsim
