#include "parser/basic_options.hh"

#include <array>
#include <unordered_map>

namespace fwsim {
namespace {

constexpr BasicOption options[] = {
    {"append", 'A', Basic::append, 1, true},
    {"insert", 'I', Basic::insert, 1, true},
    {"delete", 'D', Basic::remove, 1, true},
    {"replace", 'R', Basic::replace, 1, true},
    {"check", 'C', Basic::check, 1, true},
    {"list", 'L', Basic::list, 0, true},
    {"list-rules", 'S', Basic::list_rules, 0, true},
    {"flush", 'F', Basic::flush, 0, true},
    {"zero", 'Z', Basic::zero, 0, true},
    {"new-chain", 'N', Basic::new_chain, 1, true},
    {"new", 0, Basic::new_chain, 1, true},
    {"delete-chain", 'X', Basic::delete_chain, 0, true},
    {"rename-chain", 'E', Basic::rename_chain, 2, true},
    {"policy", 'P', Basic::policy, 2, true},
    {"source", 's', Basic::source, 1, false, true},
    {"src", 0, Basic::source, 1, false, true},
    {"destination", 'd', Basic::destination, 1, false, true},
    {"dst", 0, Basic::destination, 1, false, true},
    {"in-interface", 'i', Basic::in_interface, 1, false, true},
    {"out-interface", 'o', Basic::out_interface, 1, false, true},
    {"protocol", 'p', Basic::protocol, 1, false, true},
    {"fragment", 'f', Basic::fragment, 0, false, true},
    {"fragments", 0, Basic::fragment, 0, false, true},
    {"match", 'm', Basic::match, 1},
    {"jump", 'j', Basic::jump, 1},
    {"goto", 'g', Basic::go, 1},
    {"set-counters", 'c', Basic::set_counters, 1},
    {"ipv4", '4', Basic::ipv4, 0},
    {"ipv6", '6', Basic::ipv6, 0},
    {"table", 't', Basic::table, 1},
    {"numeric", 'n', Basic::numeric, 0},
    {"verbose", 'v', Basic::verbose, 0},
    {"exact", 'x', Basic::exact, 0},
    {"line-numbers", 0, Basic::line_numbers, 0},
    {"wait", 'w', Basic::wait, 0},
    {"wait-interval", 'W', Basic::wait_interval, 0},
    {"modprobe", 'M', Basic::modprobe, 1},
    {"version", 'V', Basic::version, 0},
    {"help", 'h', Basic::help, 0},
};

}  // namespace

std::span<const BasicOption> basic_options() { return options; }

const BasicOption* find_basic(std::string_view name) {
  static const auto names = [] {
    std::unordered_map<std::string_view, const BasicOption*> map;
    for (const BasicOption& option : options) map.emplace(option.name, &option);
    return map;
  }();
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

const BasicOption* find_basic(char letter) {
  static const auto letters = [] {
    std::array<const BasicOption*, 128> list{};
    for (const BasicOption& option : options)
      if (const auto at = static_cast<unsigned char>(option.letter); at != 0 && !list[at]) list[at] = &option;
    return list;
  }();
  const auto at = static_cast<unsigned char>(letter);
  return at < letters.size() ? letters[at] : nullptr;
}

char basic_letter(Basic what) {
  if (what == Basic::go) return 'j';
  for (const BasicOption& option : options)
    if (option.what == what && option.letter != 0) return option.letter;
  return '0';
}

}  // namespace fwsim
