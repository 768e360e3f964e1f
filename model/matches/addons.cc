// Matches of xtables-addons (and of patch-o-matic before it) that are read and printed, but not
// simulated: none of them is part of the kernel.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

constexpr std::string_view note = "out of the kernel's tree, not simulated";

std::string_view name_of(const Use& use, const Given& given) { return use.extension->options[given.option].name; }

// These extensions print a space behind each option, or behind the last.
void print_spaced(const Use& use, Family family, std::string& out) {
  for (const Given& given : use.given) {
    print_given(use, given, family, out);
    if (out.back() != ' ') out += ' ';
  }
}
void print_closed(const Use& use, Family family, std::string& out) {
  for (const Given& given : use.given) print_given(use, given, family, out);
  out += ' ';
}

// --- condition ---------------------------------------------------------------------------------

constexpr ValueKind condition_kind{
    "name", 1, [](const ValueContext& c, Words words, Value& out) { return kinds::word.read(c, words, out); },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += "\"" + std::get<std::string>(value) + "\"";
    }};

constexpr Option condition_options[] = {
    {.name = "condition", .kind = &condition_kind, .invertible = true, .max = 30, .required = true,
     .help = "name of a switch under /proc/net/nf_condition"},
};

// --- iface -------------------------------------------------------------------------------------

void finish_iface(Use& use, CheckContext& c) {
  for (const auto& [word, flag] : {std::pair{"down", "up"}, std::pair{"arp", "noarp"}}) {
    const Given* given = use.find(word);
    if (!given) continue;
    const bool inverted = !given->inverted;
    if (use.has(flag)) c.fault(word, fmt::format("--{} is --{} negated: only one of them", word, flag));
    use.remove(word);
    use.put(flag, std::monostate{}, inverted);
  }
  if (use.given.size() < 2) c.fault("", "iface needs at least one state, such as --up");
}

constexpr Option iface_options[] = {
    {.name = "dev-in", .help = "the input device"},
    {.name = "dev-out", .help = "the output device"},
    {.name = "iface", .kind = &kinds::word, .max = max_interface_name, .help = "a device by name"},
    {.name = "up", .invertible = true, .help = "is up"},
    {.name = "broadcast", .invertible = true, .help = "can broadcast"},
    {.name = "loopback", .invertible = true, .help = "is the loopback"},
    {.name = "pointopoint", .alias = "pointtopoint", .invertible = true, .help = "has one peer"},
    {.name = "running", .invertible = true, .help = "works"},
    {.name = "noarp", .invertible = true, .help = "has no ARP"},
    {.name = "promisc", .invertible = true, .help = "takes all frames"},
    {.name = "multicast", .invertible = true, .help = "can multicast"},
    {.name = "dynamic", .invertible = true, .help = "is a dialup device"},
    {.name = "lower_up", .alias = "lower-up", .invertible = true, .help = "has a link"},
    {.name = "dormant", .invertible = true, .help = "waits for something"},
    {.name = "down", .invertible = true, .help = "is not up"},
    {.name = "arp", .invertible = true, .help = "has ARP"},
};

// --- ipv4options -------------------------------------------------------------------------------

constexpr std::array<NamedNumber, 10> option_names{{{"nop", 1}, {"security", 2}, {"lsrr", 3}, {"timestamp", 4},
                                                   {"record-route", 7}, {"ssrr", 9}, {"mtu-probe", 11},
                                                   {"mtu-reply", 12}, {"traceroute", 18}, {"router-alert", 20}}};

// Masked{absent options, options}: bits 1..31.
constexpr ValueKind v4flags_kind{
    "[!]option[,...]", 1,
    [](const ValueContext&, Words words, Value& out) -> Error {
      Masked flags;
      for (std::string_view word : split(words[0], ',')) {
        const bool absent = !word.empty() && word.front() == '!';
        if (absent) word.remove_prefix(1);
        auto number = read_number(word);
        for (const NamedNumber& entry : option_names)
          if (entry.name == word) number = entry.number;
        if (!number || *number == 0 || *number > 31)
          return ValueError{fmt::format("'{}' is not an IP option", word), "a name such as lsrr, or 1 to 31"};
        flags.mask |= std::uint64_t{1} << *number;
        if (absent) flags.value |= std::uint64_t{1} << *number;
      }
      out = flags;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const auto& flags = std::get<Masked>(value);
      bool first = true;
      for (unsigned i = 1; i < 32; ++i)
        if ((flags.mask >> i) & 1)
          out += fmt::format("{}{}{}", std::exchange(first, false) ? "" : ",", (flags.value >> i) & 1 ? "!" : "", i);
    }};

constexpr Option ipv4options_options[] = {
    {.name = "flags", .kind = &v4flags_kind, .help = "IP options that are there, or with ! not there"},
    {.name = "any", .help = "one of them is enough"},
};

// --- length2 -----------------------------------------------------------------------------------

void finish_length2(Use& use, CheckContext&) {
  for (std::string_view layer : {"layer4", "layer5", "layer7"})
    if (use.has(layer)) return;
  use.put("layer3", std::monostate{});
}

constexpr Option length2_options[] = {
    {.name = "layer3", .excludes = "layer4,layer5,layer7", .help = "of the IP packet"},
    {.name = "layer4", .excludes = "layer5,layer7", .help = "of the transport packet"},
    {.name = "layer5", .excludes = "layer7", .help = "of what it carries, with chunk headers"},
    {.name = "layer7", .help = "of the payload"},
    {.name = "length", .kind = &kinds::range, .invertible = true, .required = true, .help = "bytes"},
};

// --- psd, lscan, fuzzy -------------------------------------------------------------------------

constexpr Option psd_option(std::string_view name, std::string_view fallback, std::string_view help) {
  return {
      .name = name, .kind = &kinds::number, .max = 10000, .saved = Saved::always, .fallback = fallback, .help = help};
}
constexpr Option psd_options[] = {
    psd_option("psd-weight-threshold", "21", "sum of weights that makes a scan"),
    psd_option("psd-delay-threshold", "300", "1/100 s between two packets of a scan"),
    psd_option("psd-lo-ports-weight", "3", "weight of ports up to 1024"),
    psd_option("psd-hi-ports-weight", "1", "weight of other ports"),
};

constexpr Option lscan_options[] = {
    {.name = "stealth", .repeatable = true, .help = "packets without a connection"},
    {.name = "synscan", .repeatable = true, .help = "half-open scans"},
    {.name = "cnscan", .repeatable = true, .help = "connect scans"},
    {.name = "grscan", .repeatable = true, .help = "banner grabbing"},
    {.name = "mirai", .repeatable = true, .help = "sequence number equals the destination"},
};

// Flags may be repeated; they are printed once, in table order.
void finish_flags(Use& use, CheckContext&) {
  std::sort(use.given.begin(), use.given.end(), [](const Given& a, const Given& b) { return a.option < b.option; });
  use.given.erase(std::unique(use.given.begin(), use.given.end()), use.given.end());
}

constexpr Option fuzzy_options[] = {
    {.name = "lower-limit", .kind = &kinds::number, .min = 1, .max = 10000000, .saved = Saved::always,
     .fallback = "1000", .help = "packets a second below which nothing matches"},
    {.name = "upper-limit", .kind = &kinds::number, .min = 1, .max = 10000000, .saved = Saved::always,
     .fallback = "2000", .help = "packets a second above which nearly all match"},
};

// --- quota2 ------------------------------------------------------------------------------------

constexpr Option quota2_options[] = {
    {.name = "grow", .help = "count up"},
    {.name = "no-change", .help = "do not count, only compare"},
    {.name = "packets", .help = "packets instead of bytes"},
    {.name = "name", .kind = &kinds::word, .help = "name of the counter that rules share"},
    {.name = "quota", .kind = &kinds::number, .invertible = true, .max = ~std::uint64_t{0}, .saved = Saved::always,
     .fallback = "0", .help = "bytes or packets"},
};

// --- ipp2p -------------------------------------------------------------------------------------

constexpr Option ipp2p_options[] = {
    {.name = "edk", .help = "eDonkey"},
    {.name = "dc", .help = "Direct Connect"},
    {.name = "gnu", .help = "Gnutella"},
    {.name = "kazaa", .help = "KaZaA"},
    {.name = "bit", .help = "BitTorrent"},
    {.name = "apple", .help = "AppleJuice"},
    {.name = "soul", .help = "SoulSeek"},
    {.name = "winmx", .help = "WinMX"},
    {.name = "ares", .help = "Ares"},
    {.name = "mute", .help = "Mute"},
    {.name = "waste", .help = "Waste"},
    {.name = "xdcc", .help = "XDCC"},
    {.name = "debug", .help = "log what matches"},
};

// --- pknock ------------------------------------------------------------------------------------

// Secrets are not printed: a saved rule lacks them.
constexpr ValueKind secret_kind{
    "secret", 1, [](const ValueContext& c, Words words, Value& out) { return kinds::word.read(c, words, out); },
    [](const ValueContext&, const Value&, std::string&) {}};

void finish_pknock(Use& use, CheckContext& c) {
  if (!use.has("checkip") && !use.has("opensecret") && !use.has("time")) c.fault("time", "pknock needs --time");
  if (!use.has("knockports")) return;
  if (use.has("opensecret") != use.has("closesecret"))
    c.fault("opensecret", "--opensecret and --closesecret go together");
}

constexpr Option pknock_options[] = {
    {.name = "knockports",
     .kind = &kinds::port_list,
     .excludes = "checkip",
     .help = "ports to be knocked at, in order"},
    {.name = "time", .kind = &kinds::number, .min = 1, .excludes = "checkip", .help = "seconds between two knocks"},
    {.name = "autoclose", .kind = &kinds::number, .excludes = "checkip", .help = "minutes until it is closed again"},
    {.name = "name", .kind = &kinds::word, .required = true, .help = "name of the rule"},
    {.name = "opensecret",
     .kind = &secret_kind,
     .excludes = "checkip",
     .value_optional = true,
     .help = "secret to open"},
    {.name = "closesecret",
     .kind = &secret_kind,
     .excludes = "checkip",
     .value_optional = true,
     .help = "secret to close"},
    {.name = "strict", .help = "a wrong knock starts again"},
    {.name = "checkip", .help = "the source has knocked"},
};

// --- asn ---------------------------------------------------------------------------------------

constexpr ValueKind asn_kind{
    "ASN[,ASN...]", 1,
    [](const ValueContext&, Words words, Value& out) -> Error {
      std::vector<NumRange> list;
      for (std::string_view word : split(words[0], ',')) {
        const std::size_t zeros = std::min(word.find_first_not_of('0'), word.size());
        const auto number = word.empty()           ? std::nullopt
                            : zeros == word.size() ? read_number("0")
                                                   : read_number(word.substr(zeros));
        if (!number || *number > 0xffffffff || word.find_first_not_of("0123456789") != word.npos)
          return ValueError{fmt::format("'{}' is not the number of an autonomous system", word), {}};
        const NumRange one{*number, *number};
        if (*number != 0 && std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
      }
      if (list.empty() || list.size() > 15) return ValueError{"1 to 15 numbers can be given", {}};
      out = std::move(list);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      for (bool first = true; const NumRange& r : std::get<std::vector<NumRange>>(value))
        out += fmt::format("{}{}", std::exchange(first, false) ? "" : ",", r.low);
    }};

constexpr Option asn_options[] = {
    {.name = "src-asn",
     .kind = &asn_kind,
     .alias = "source-number",
     .invertible = true,
     .help = "network of the source"},
    {.name = "dst-asn",
     .kind = &asn_kind,
     .alias = "destination-number",
     .invertible = true,
     .help = "network of the destination"},
};

// --- gradm -------------------------------------------------------------------------------------

void finish_gradm(Use& use, CheckContext&) {
  bool disabled = false;
  for (const Given& given : use.given) disabled = disabled || (name_of(use, given) == "disabled") != given.inverted;
  use.given.clear();
  use.put(disabled ? "disabled" : "enabled", std::monostate{});
}

constexpr Option gradm_options[] = {
    {.name = "enabled", .invertible = true, .help = "grsecurity's access control is on"},
    {.name = "disabled", .invertible = true, .help = "it is off"},
};

}  // namespace

extern const Extension match_condition{.name = "condition", .home = Extension::Home::addons, .options = condition_options, .memory = Memory::elsewhere, .modelled = Modelled::opaque,
                                       .note = note, .help = "a switch set by hand", .print = print_closed};
extern const Extension match_iface{.name = "iface", .home = Extension::Home::addons, .options = iface_options, .groups = "dev-in|dev-out|iface",
                                   .modelled = Modelled::opaque, .note = note, .help = "state of a device",
                                   .finish = finish_iface, .print = print_closed};
extern const Extension match_ipv4options{.name = "ipv4options", .home = Extension::Home::addons, .v6 = false, .options = ipv4options_options,
                                         .modelled = Modelled::opaque, .note = note, .help = "options of the IP header",
                                         .print = print_closed};
extern const Extension match_length2{.name = "length2", .home = Extension::Home::addons, .options = length2_options, .modelled = Modelled::opaque,
                                     .note = note, .help = "length at a layer", .finish = finish_length2,
                                     .print = print_spaced};
extern const Extension match_psd{.name = "psd", .home = Extension::Home::addons, .options = psd_options, .memory = Memory::shared, .modelled = Modelled::opaque, .note = note,
                                 .help = "port scans", .print = print_closed};
extern const Extension match_lscan{.name = "lscan", .home = Extension::Home::addons, .v6 = false, .options = lscan_options, .memory = Memory::shared, .modelled = Modelled::opaque,
                                   .note = note, .help = "port scans", .finish = finish_flags, .print = print_spaced};
extern const Extension match_fuzzy{.name = "fuzzy", .home = Extension::Home::addons, .options = fuzzy_options, .memory = Memory::own, .modelled = Modelled::opaque,
                                   .note = note, .help = "fuzzy rate limit", .print = print_spaced};
extern const Extension match_quota2{.name = "quota2", .home = Extension::Home::addons, .options = quota2_options, .memory = Memory::shared, .modelled = Modelled::opaque,
                                    .note = note, .help = "quota by name", .print = print_spaced};
extern const Extension match_ipp2p{
    .name = "ipp2p", .home = Extension::Home::addons, .options = ipp2p_options, .groups = "edk+dc+gnu+kazaa+bit+apple+soul+winmx+ares+mute+waste+xdcc",
    .modelled = Modelled::opaque, .note = note, .help = "file sharing protocols", .print = print_spaced};
extern const Extension match_pknock{.name = "pknock", .home = Extension::Home::addons, .v6 = false, .options = pknock_options,
                                    .memory = Memory::shared, .modelled = Modelled::opaque, .note = note, .help = "port knocking",
                                    .finish = finish_pknock, .print = print_spaced};
extern const Extension match_asn{.name = "asn", .home = Extension::Home::addons, .options = asn_options, .groups = "src-asn|dst-asn",
                                 .modelled = Modelled::opaque, .note = note, .help = "autonomous system of an address"};
extern const Extension match_gradm{.name = "gradm", .home = Extension::Home::addons,
                                   .options = gradm_options,
                                   .modelled = Modelled::opaque,
                                   .note = note,
                                   .help = "grsecurity's access control",
                                   .finish = finish_gradm,
                                   .print = print_spaced};

}  // namespace fwsim
