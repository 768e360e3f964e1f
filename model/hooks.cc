#include "model/hooks.hh"

namespace fwsim {
namespace {

constexpr std::array<std::string_view, hook_count> hook_names{"PREROUTING", "INPUT", "FORWARD", "OUTPUT",
                                                              "POSTROUTING"};
constexpr std::array<std::string_view, table_count> table_names{"filter", "nat", "mangle", "raw", "security"};

constexpr std::array prerouting{Stage::defrag, Stage::raw, Stage::conntrack, Stage::mangle, Stage::nat};
constexpr std::array input{Stage::mangle, Stage::filter, Stage::security, Stage::nat, Stage::confirm};
constexpr std::array forward{Stage::mangle, Stage::filter, Stage::security};
constexpr std::array output{Stage::defrag, Stage::raw,    Stage::conntrack, Stage::mangle,
                            Stage::nat,    Stage::filter, Stage::security};
constexpr std::array postrouting{Stage::mangle, Stage::nat, Stage::confirm};

}  // namespace

std::string_view hook_name(Hook hook) { return hook_names[static_cast<std::size_t>(hook)]; }
std::string_view table_name(TableId id) { return table_names[static_cast<std::size_t>(id)]; }

std::optional<TableId> find_table(std::string_view name) {
  for (std::size_t i = 0; i < table_count; ++i)
    if (table_names[i] == name) return static_cast<TableId>(i);
  return std::nullopt;
}

std::optional<Hook> find_hook(std::string_view name) {
  for (std::size_t i = 0; i < hook_count; ++i)
    if (hook_names[i] == name) return static_cast<Hook>(i);
  return std::nullopt;
}

HookSet table_hooks(TableId id) {
  switch (id) {
    case TableId::raw: return hooks_of(Hook::prerouting, Hook::output);
    case TableId::mangle: return all_hooks;
    case TableId::nat: return hooks_of(Hook::prerouting, Hook::input, Hook::output, Hook::postrouting);
    case TableId::filter:
    case TableId::security: return hooks_of(Hook::input, Hook::forward, Hook::output);
  }
  return 0;
}

std::span<const Stage> stages(Hook hook) {
  switch (hook) {
    case Hook::prerouting: return prerouting;
    case Hook::input: return input;
    case Hook::forward: return forward;
    case Hook::output: return output;
    case Hook::postrouting: return postrouting;
  }
  return {};
}

std::optional<TableId> stage_table(Stage stage) {
  switch (stage) {
    case Stage::raw: return TableId::raw;
    case Stage::mangle: return TableId::mangle;
    case Stage::nat: return TableId::nat;
    case Stage::filter: return TableId::filter;
    case Stage::security: return TableId::security;
    case Stage::defrag:
    case Stage::conntrack:
    case Stage::confirm: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace fwsim
