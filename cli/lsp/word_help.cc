#include "cli/lsp/word_help.hh"

#include <fmt/format.h>

#include "model/matches/icmp_type.hh"
#include "model/names.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_names = 40;   // that are listed

std::string hook_words(HookSet hooks) {
  std::string out;
  for (const Hook hook : {Hook::prerouting, Hook::input, Hook::forward, Hook::output, Hook::postrouting})
    if ((hooks & set_of(hook)) != 0) out += fmt::format("{}{}", out.empty() ? "" : ", ", hook_name(hook));
  return out;
}

// "a,b" as "--a, --b"
std::string option_words(std::string_view list) {
  std::string out;
  for (const std::string_view name : Pieces(list, ',')) out += fmt::format("{}--{}", out.empty() ? "" : ", ", name);
  return out;
}

std::string usage_of(const Option& option) {
  if (option.kind->words == 0) return fmt::format("--{}", option.name);
  return fmt::format("--{} {}{}{}", option.name, option.value_optional ? "[" : "", option.kind->metavar, option.value_optional ? "]" : "");
}

bool counts(const Option& option) {
  return option.kind == &kinds::number || option.kind == &kinds::hex_number || option.kind == &kinds::range || option.kind == &kinds::masked;
}

std::string_view kind_of(const Extension& extension) { return extension.is_target ? "target" : "match"; }

}  // namespace

WordHelp help_of(const BasicOption& option) {
  std::string usage = option.letter != 0 ? fmt::format("-{}, --{}", option.letter, option.name) : fmt::format("--{}", option.name);
  if (!option.metavar.empty()) usage += fmt::format(" {}", option.metavar);
  WordHelp out{std::move(usage), std::string(option.help), {}};
  if (option.invertible) out.more.emplace_back("with ! before it: all others");
  return out;
}

WordHelp help_of(const Option& option, const Extension& of) {
  WordHelp out{usage_of(option), fmt::format("{}: {}", of.name, option.help), {}};
  auto& more = out.more;
  if (option.letter != 0) more.push_back(fmt::format("short: -{}", option.letter));
  if (!option.alias.empty()) more.push_back(fmt::format("the same: {}", option_words(option.alias)));
  if (option.invertible) more.emplace_back("with ! before it: all others");
  if (counts(option)) more.push_back(fmt::format("from {} to {}", option.min, option.max));
  if (!option.fallback.empty()) more.push_back(fmt::format("without it: {}", option.fallback));
  if (option.required) more.emplace_back("must be given");
  if (!option.needs.empty()) more.push_back(fmt::format("needs {}", option_words(option.needs)));
  if (!option.excludes.empty()) more.push_back(fmt::format("not with {}", option_words(option.excludes)));
  if (option.hooks != all_hooks) more.push_back(fmt::format("only at {}", hook_words(option.hooks)));
  if (option.repeatable) more.emplace_back("may be given several times");
  std::string names;
  std::size_t count = 0;
  for (const NamedNumber& one : option.names)
    if (++count <= most_names) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
  if (!names.empty()) more.push_back(fmt::format("one of {}{}", names, count > most_names ? ", ..." : ""));
  return out;
}

WordHelp help_of(const Extension& extension) {
  WordHelp out{fmt::format("{} {}", extension.is_target ? "-j" : "-m", extension.name), fmt::format("{} {}: {}", kind_of(extension), extension.name, extension.help), {}};
  auto& more = out.more;
  for (const Option& option : extension.options) more.push_back(option.help.empty() ? usage_of(option) : fmt::format("{}: {}", usage_of(option), option.help));
  std::string tables, protocols;
  for (const TableId table : extension.tables) tables += fmt::format("{}{}", tables.empty() ? "" : ", ", table_name(table));
  if (!tables.empty()) more.push_back(fmt::format("only in table {}", tables));
  if (extension.hooks != all_hooks) more.push_back(fmt::format("only at {}", hook_words(extension.hooks)));
  for (const int protocol : extension.protocols) protocols += fmt::format("{}-p {}", protocols.empty() ? "" : " or ", protocol_text(static_cast<unsigned>(protocol)));
  if (!protocols.empty()) more.push_back(fmt::format("needs {}", protocols));
  if (extension.v4 != extension.v6) more.emplace_back(extension.v4 ? "only for IPv4" : "only for IPv6");
  if (extension.home == Extension::Home::addons) more.emplace_back("of xtables-addons, not of the kernel");
  if (extension.home == Extension::Home::old_kernel) more.emplace_back("not in kernels of today");
  if (!extension.note.empty()) more.emplace_back(extension.note);
  return out;
}

WordHelp help_of(const VerdictName& verdict) { return {fmt::format("-j {}", verdict.name), std::string(verdict.help), {}}; }

WordHelp help_of(TableId table) { return {fmt::format("*{}", table_name(table)), fmt::format("table {}, with rules at {}", table_name(table), hook_words(table_hooks(table))), {}}; }

void add_help(Markup& out, const WordHelp& help) {
  out.code(help.usage);
  out.paragraph(help.text);
  for (const std::string& more : help.more) out.item(more);
}

std::vector<ValueName> value_names(const Option& option) {
  std::vector<ValueName> out;
  for (const NamedNumber& one : option.names) out.push_back({one.name, fmt::format("{}", one.number)});
  if (!out.empty()) return out;
  if (option.kind->metavar.substr(0, 4) == "port")
    for (const NamedNumber& one : service_names()) out.push_back({one.name, fmt::format("port {}", one.number)});
  if (option.kind == &kinds::protocol) return protocol_values();
  if (option.field == Field::icmp)
    for (const IcmpName& one : option.name == "icmp-type" ? icmp_names() : icmp6_names())
      out.push_back({one.name, fmt::format("type {}", one.types.low / 256)});
  return out;
}

std::vector<ValueName> protocol_values() {
  std::vector<ValueName> out;
  for (const NamedNumber& one : protocol_names()) out.push_back({one.name, fmt::format("protocol {}", one.number)});
  return out;
}

}  // namespace fwsim
