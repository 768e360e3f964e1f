// -m srh (IPv6): the segment routing header, a routing header of type 4 (RFC 8754).
// net/ipv6/netfilter/ip6t_srh.c, srh1_mt6().
//
// Fields, for the decoder, all of the first routing header (ipv6header.hh), absent unless its 8 first
// bytes and the whole of it, (byte[1] + 1) * 8, are in the packet, byte 2 is 4 and byte 3 <= byte 4:
// srh_next_hdr byte 0, srh_hdr_len byte 1, srh_segs_left byte 3, srh_last_entry byte 4,
// srh_tag byte 6 + byte 7 * 256 (the kernel forgets the byte order). Addresses, each 16 bytes of the packet at an
// offset from the header's start, absent when the packet ends before: srh_psid at 8 + (segs_left +
// 1) * 16, absent when segs_left == last_entry; srh_nsid at 8 + (segs_left - 1) * 16, absent when
// segs_left is 0; srh_lsid at 8.
#include <fmt/format.h>

#include <initializer_list>
#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

// The address keeps the bits outside the mask, and a mask with holes is printed as /128.
constexpr ValueKind segment_kind{
    "address[/mask]", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      const auto prefix = read_prefix(Family::v6, words[0]);
      if (!prefix) return ValueError{fmt::format("'{}' is not an IPv6 address or network", words[0]), {}};
      out = Prefix{*read_address(Family::v6, words[0].substr(0, words[0].find('/'))), prefix->mask};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const auto& segment = std::get<Prefix>(value);
      const int length = prefix_length(Family::v6, segment.mask);
      out += fmt::format("{}/{}", address_text(Family::v6, segment.address),
                     length < 0 ? 128 : length);
    }};

struct Compared {
  Field field;
  std::string_view equal, above, below;
};
constexpr Compared compared[] = {
    {Field::srh_hdr_len, "srh-hdr-len-eq", "srh-hdr-len-gt", "srh-hdr-len-lt"},
    {Field::srh_segs_left, "srh-segs-left-eq", "srh-segs-left-gt", "srh-segs-left-lt"},
    {Field::srh_last_entry, "srh-last-entry-eq", "srh-last-entry-gt", "srh-last-entry-lt"}};

// The kernel has room for one number for the three options of a field; the last one given wins.
void finish(Use& use, CheckContext& c) {
  for (const Compared& field : compared) {
    const NumRange* first = nullptr;
    for (std::string_view name : {field.equal, field.above, field.below}) {
      const auto* number = use.get<NumRange>(name);
      if (first && number && *number != *first)
        c.fault(name, fmt::format("--{}, -gt and -lt share one number: the last one given counts for all", field.equal),
                "give the same number to all, or load the match twice");
      if (number) first = number;
    }
  }
}

Pred compare(const Use& use, const Compared& c) {
  const auto test = [&](std::string_view name, Range range) {
    if (!use.has(name)) return always();
    Pred p = range.low > range.high ? never() : in(c.field, range);
    return use.inverted(name) ? present_and_not(c.field, std::move(p)) : p;
  };
  const std::uint64_t above = use.number(c.above), below = use.number(c.below), equal = use.number(c.equal);
  return all({test(c.equal, {equal, equal}), test(c.above, {above + 1, 255}),
              below == 0 ? test(c.below, {1, 0}) : test(c.below, {0, below - 1})});
}

Pred segment(const Use& use, std::string_view name, Field field) {
  const Given* given = use.find(name);
  if (!given) return always();
  const auto& prefix = std::get<Prefix>(given->value);
  return value_in_field(field, Prefix{prefix.address & prefix.mask, prefix.mask}, given->inverted);
}

Meaning meaning(const MatchUse& use, Family family) {
  std::vector<Pred> parts{present(Field::srh_next_hdr), options_as_fields(use, family)};
  for (const Compared& field : compared) parts.push_back(compare(use, field));
  parts.push_back(segment(use, "srh-psid", Field::srh_psid));
  parts.push_back(segment(use, "srh-nsid", Field::srh_nsid));
  parts.push_back(segment(use, "srh-lsid", Field::srh_lsid));
  return {all(std::move(parts)), never()};
}

constexpr Option number(std::string_view name, std::string_view help) {
  return {.name = name, .kind = &kinds::number, .invertible = true, .max = 255, .help = help};
}

constexpr Option options[] = {
    {.name = "srh-next-hdr", .kind = &kinds::number, .invertible = true, .field = Field::srh_next_hdr, .max = 255,
     .help = "protocol after the header"},
    number("srh-hdr-len-eq", "length byte of the header is N"),
    number("srh-hdr-len-gt", "length byte of the header is above N"),
    number("srh-hdr-len-lt", "length byte of the header is below N"),
    number("srh-segs-left-eq", "segments left are N"),
    number("srh-segs-left-gt", "segments left are above N"),
    number("srh-segs-left-lt", "segments left are below N"),
    number("srh-last-entry-eq", "last entry of the list is N"),
    number("srh-last-entry-gt", "last entry of the list is above N"),
    number("srh-last-entry-lt", "last entry of the list is below N"),
    {.name = "srh-tag", .kind = &kinds::number, .invertible = true, .field = Field::srh_tag, .max = 0xffff,
     .help = "tag, with its bytes swapped"},
    {.name = "srh-psid", .kind = &segment_kind, .invertible = true, .help = "previous segment"},
    {.name = "srh-nsid", .kind = &segment_kind, .invertible = true, .help = "next segment"},
    {.name = "srh-lsid", .kind = &segment_kind, .invertible = true, .help = "last segment"},
};

}  // namespace

extern const Extension match_srh{.name = "srh", .v4 = false, .options = options,
                                 .help = "IPv6 segment routing header", .finish = finish, .match = meaning};

}  // namespace fwsim
