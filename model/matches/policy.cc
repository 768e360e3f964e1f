// -m policy: the IPsec policy by which the packet came or will leave (net/netfilter/xt_policy.c).
// Up to four elements, divided by --next; which security associations there are is not known.
#include <fmt/format.h>

#include <algorithm>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

constexpr std::size_t max_elements = 4;
enum Mode : std::uint64_t { transport, tunnel };

constexpr NamedNumber directions[] = {{"in", 0}, {"out", 1}};
constexpr NamedNumber policies[] = {{"none", 0}, {"ipsec", 1}};
constexpr NamedNumber modes[] = {{"transport", transport}, {"tunnel", tunnel}};
constexpr NamedNumber protocol_list[] = {{"esp", 50}, {"ah", 51}, {"ipcomp", 108}};

Error read_protocol_word(const ValueContext& c, Words words, Value& out) {
  const auto number = read_protocol(words[0]);
  for (const NamedNumber& entry : protocol_list)
    if (number && entry.number == *number) {
      out = NumRange{*number, *number};
      return {};
    }
  return ValueError{fmt::format("'{}' is not a protocol of IPsec", words[0]),
                    fmt::format("--{} takes ah, esp or ipcomp", c.option->name)};
}

constexpr ValueKind protocol_kind{"protocol", 1, read_protocol_word, print_choice};

using Element = std::vector<Given>;

std::string_view name_of(const Use& use, const Given& given) { return use.extension->options[given.option].name; }
bool is_of_element(const Use& use, const Given& given) { return use.extension->options[given.option].repeatable; }

const Given* find_in(const Use& use, const Element& element, std::string_view name) {
  for (const Given& given : element)
    if (name_of(use, given) == name) return &given;
  return nullptr;
}

// Takes the elements' options out of `use`, in the order given.
std::vector<Element> take_elements(Use& use) {
  std::vector<Element> elements(1);
  for (Given& given : use.given) {
    if (!is_of_element(use, given)) continue;
    if (name_of(use, given) == "next")
      elements.emplace_back();
    else
      elements.back().push_back(std::move(given));
  }
  std::erase_if(use.given, [&](const Given& given) { return is_of_element(use, given); });
  return elements;
}

void check_twice(const Use& use, const Element& element, CheckContext& c) {
  for (std::size_t i = 1; i < element.size(); ++i)
    if (element[i].option == element[i - 1].option)
      c.fault(name_of(use, element[i]), fmt::format("--{} is given twice in one element", name_of(use, element[i])),
              "elements are divided by --next");
}

void check_element(const Use& use, const Element& element, std::size_t index, CheckContext& c) {
  if (element.empty() && use.has("strict"))
    c.fault("strict", fmt::format("element {} is empty", index),
            "--strict needs one of --reqid, --spi, --proto, --mode, --tunnel-src, --tunnel-dst in each");
  const Given* mode = find_in(use, element, "mode");
  const bool is_tunnel = mode && (std::get<NumRange>(mode->value).low == tunnel) != mode->inverted;
  if (!is_tunnel && (find_in(use, element, "tunnel-src") || find_in(use, element, "tunnel-dst")))
    c.fault("mode", "--tunnel-src and --tunnel-dst need --mode tunnel");
}

std::uint16_t row_of(const Use& use, std::string_view name) {
  const auto options = use.extension->options;
  return static_cast<std::uint16_t>(
      std::find_if(options.begin(), options.end(), [&](const Option& option) { return option.name == name; }) -
      options.begin());
}

void finish(Use& use, CheckContext& c) {
  auto elements = take_elements(use);
  if (elements.size() > 1 && !use.has("strict")) c.fault("next", "--next needs --strict");
  if (elements.size() > max_elements) c.fault("next", "there are at most 4 elements");
  for (Element& element : elements) {
    std::stable_sort(element.begin(), element.end(),
                     [](const Given& one, const Given& other) { return one.option < other.option; });
    check_twice(use, element, c);
  }
  if (use.number("pol") == 0) {  // iptables prints no elements then
    if (use.has("strict")) c.fault("strict", "--pol none cannot be --strict");
    return;
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    check_element(use, elements[i], i, c);
    if (i > 0) use.given.push_back({row_of(use, "next"), false, {}});
    use.given.insert(use.given.end(), elements[i].begin(), elements[i].end());
  }
}

Meaning meaning(const MatchUse& use, Family) {
  Pred ipsec = is(Field::ipsec, 1);
  if (use.number("pol") == 0) return {negation(std::move(ipsec)), never()};
  for (const Given& given : use.given)
    if (is_of_element(use, given))
      return {all({std::move(ipsec), unknown("the security associations of packets are not known")}), never()};
  return {std::move(ipsec), never()};
}

constexpr Option options[] = {
    {.name = "dir",
     .kind = &kinds::exact_choice,
     .names = directions,
     .required = true,
     .help = "policy of arrival or departure", .refused = "policy_match: invalid dir \"{}\""},
    {.name = "pol",
     .kind = &kinds::exact_choice,
     .names = policies,
     .saved = Saved::always,
     .fallback = "ipsec",
     .help = "none: no IPsec at all"},
    {.name = "strict", .help = "all elements in this order, not just one"},
    {.name = "reqid", .kind = &kinds::number, .invertible = true, .repeatable = true, .help = "id of the policy rule"},
    {.name = "spi",
     .kind = &kinds::hex_number,
     .invertible = true,
     .repeatable = true,
     .help = "SPI of the association"},
    {.name = "proto",
     .kind = &protocol_kind,
     .invertible = true,
     .names = protocol_list,
     .repeatable = true,
     .help = "encapsulation protocol"},
    {.name = "mode",
     .kind = &kinds::exact_choice,
     .invertible = true,
     .names = modes,
     .repeatable = true,
     .help = "encapsulation mode"},
    {.name = "tunnel-dst",
     .kind = &kinds::host_prefix,
     .invertible = true,
     .repeatable = true,
     .help = "far end of the tunnel"},
    {.name = "tunnel-src",
     .kind = &kinds::host_prefix,
     .invertible = true,
     .repeatable = true,
     .help = "near end of the tunnel"},
    {.name = "next", .repeatable = true, .help = "starts the next element"},
};

// dir in is for packets that came, out for those that leave.
HookSet hooks_with(const Use& use) {
  return use.number("dir") == 0 ? hooks_of(Hook::prerouting, Hook::input, Hook::forward)
                                : hooks_of(Hook::forward, Hook::output, Hook::postrouting);
}

}  // namespace

extern const Extension match_policy{
    .name = "policy", .options = options, .none_given = "policy match: neither --dir in nor --dir out specified", .modelled = Modelled::partly,
    .note = "security associations are not known: options of elements cannot be decided for IPsec packets",
    .help = "IPsec policy", .finish = finish, .hooks_with = hooks_with, .match = meaning};

}  // namespace fwsim
