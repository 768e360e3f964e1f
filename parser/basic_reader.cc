#include "parser/basic_reader.hh"

#include <fmt/format.h>

#include "model/names.hh"
#include "parser/addresses.hh"

namespace fwsim {
namespace {

// One option as it stands in the rule.
struct BasicGiven {
  Basic what;
  const Word& at;
  const Word& value;
  bool inverted;
  Family family;
  Reporter& reporter;
};

bool fail(const BasicGiven& given, const Word& at, std::string_view id, std::string text, std::string hint = {}, ToolWords tool = {}) {
  given.reporter.error(at, id, std::move(text), std::move(hint), std::move(tool));
  return false;
}

bool read_addresses(const BasicGiven& given, std::vector<Prefix>& list, bool& inverted) {
  const Word& value = given.value;
  if (!given_once(!list.empty(), given.at, given.what, given.reporter)) return false;
  inverted = given.inverted;
  if (inverted && value.text.find(',') != value.text.npos)
    return fail(given, value, "negated-list", "'!' is not allowed with several addresses",
                "use an ipset, or one rule for each with RETURN",
                {"! not allowed with multiple source or destination IP addresses"});
  for (std::string_view piece : Pieces(value.text, ',')) {
    const AddressReading read = read_rule_address(given.family, piece);
    if (!read.prefix) return fail(given, value, "bad-address", read.fault, read.hint, {read.tool});
    list.push_back(*read.prefix);
  }
  return true;
}

bool read_device(const BasicGiven& given, Prefix& pattern, bool& inverted, bool& any, Word& named) {
  const Word& value = given.value;
  if (!given_once(named.column != 0, given.at, given.what, given.reporter)) return false;
  std::string why;
  const auto read = read_interface(value.text, why);
  if (!read)
    return fail(given, value, "bad-interface", why, {},
                {value.text.empty() ? "Empty interface is likely to be undesired"
                                    : fmt::format("interface name `{}' must be shorter than IFNAMSIZ ({})", value.text, max_interface_name)});
  pattern = *read;
  inverted = given.inverted;
  any = read->mask == 0 && inverted;
  named = given.at;
  if (value.text.find_first_of(" /") != value.text.npos)
    given.reporter.report(Severity::warning, value.column, value.end - value.column, "odd-interface",
                          fmt::format("'{}' cannot be the name of a device", value.text), {},
                          {fmt::format("Warning: weird character in interface `{}' ('/' and ' ' are not allowed by the kernel).\n", value.text)});
  return true;
}

bool read_proto(const BasicGiven& given, BasicReading& reading) {
  const Word& value = given.value;
  if (!given_once(reading.proto_word.column != 0, given.at, given.what, given.reporter)) return false;
  const auto number = read_protocol(value.text);
  if (!number) {
    std::vector<std::string_view> names;
    for (const NamedNumber& n : protocol_names()) names.push_back(n.name);
    const std::string near = did_you_mean(value.text, names);
    return fail(given, value, "bad-protocol", fmt::format("unknown protocol '{}'", value.text),
                near.empty() ? "" : "did you mean " + near + "?",
                {fmt::format("unknown protocol \"{}\" specified", value.text)});
  }
  if (given.inverted && *number == 0) return fail(given, value, "bad-protocol", "'! -p all' would never match", {}, {"rule would never match protocol"});
  reading.match.proto = static_cast<std::uint8_t>(*number);
  reading.match.not_proto = given.inverted;
  reading.proto_word = value;
  if (given.family == Family::v6 && (*number == 60 || *number == 44 || *number == 43 || *number == 51))
    given.reporter.report(Severity::warning, value.column, value.end - value.column, "extension-header-protocol",
                          fmt::format("-p {} never matches: ip6tables skips this extension header", value.text),
                          "use the match for it: -m frag, -m rt, -m dst, -m ah",
                          {fmt::format("Warning: never matched protocol: {}. use extension match instead.\n", value.text)});
  return true;
}

bool read_fragment(const BasicGiven& given, BasicMatch& match) {
  if (given.family == Family::v6) return fail(given, given.at, "v4-only", "-f is for IPv4 only", "use -m frag", {"`-f' is not supported in IPv6, use -m frag instead"});
  if (!given_once(match.fragment, given.at, given.what, given.reporter)) return false;
  match.fragment = true;
  match.not_fragment = given.inverted;
  return true;
}

}  // namespace

bool given_once(bool given, const Word& at, Basic what, Reporter& reporter) {
  if (given)
    reporter.error(at, "given-twice", fmt::format("{} is given twice", at.text), {},
                   {fmt::format("multiple -{} flags not allowed", basic_letter(what))});
  return !given;
}

bool read_basic_match(BasicReading& reading, Basic option, const Word& at, const Word& value, bool inverted,
                      Family family, Reporter& reporter) {
  const BasicGiven given{option, at, value, inverted, family, reporter};
  BasicMatch& m = reading.match;
  Prefix device;
  switch (option) {
    case Basic::source: return read_addresses(given, reading.sources, m.not_src);
    case Basic::destination: return read_addresses(given, reading.destinations, m.not_dst);
    case Basic::in_interface:
      if (!read_device(given, device, m.not_in, m.any_in_given, reading.in_word)) return false;
      m.set_in(device);
      return true;
    case Basic::out_interface:
      if (!read_device(given, device, m.not_out, m.any_out_given, reading.out_word)) return false;
      m.set_out(device);
      return true;
    case Basic::protocol: return read_proto(given, reading);
    case Basic::fragment: return read_fragment(given, m);
    default: return true;
  }
}

bool check_interfaces(const BasicReading& reading, std::string_view chain, Reporter& reporter) {
  const auto hook = find_hook(chain);
  const auto fail = [&](const Word& at, const char* option, const char* hint) {
    reporter.error(at, "interface-direction", fmt::format("{} cannot be used in {}", option, chain), hint,
                   {fmt::format("Can't use {} with {}\n", option, chain)});
    return false;
  };
  if (reading.in_word.column && (hook == Hook::output || hook == Hook::postrouting))
    return fail(reading.in_word, "-i", "packets here have only an output device: -o");
  if (reading.out_word.column && (hook == Hook::input || hook == Hook::prerouting))
    return fail(reading.out_word, "-o", "packets here have only an input device: -i");
  return true;
}

}  // namespace fwsim
