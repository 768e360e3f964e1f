// The packet's way through the kernel, as data: hooks, tables, and which runs where in what
// order (include/uapi/linux/netfilter_ipv4.h, enum nf_ip_hook_priorities).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fwsim {

enum class Hook : std::uint8_t { prerouting, input, forward, output, postrouting };
inline constexpr std::size_t hook_count = 5;

enum class TableId : std::uint8_t { filter, nat, mangle, raw, security };
inline constexpr std::size_t table_count = 5;

using HookSet = std::uint8_t;  // bit i: Hook i
constexpr HookSet set_of(Hook hook) { return static_cast<HookSet>(1U << static_cast<unsigned>(hook)); }
template <class... Hooks>
constexpr HookSet hooks_of(Hooks... hooks) {
  return static_cast<HookSet>((0U | ... | set_of(hooks)));
}
inline constexpr HookSet all_hooks = 0x1f;

std::string_view hook_name(Hook hook);    // "PREROUTING"
std::string_view table_name(TableId id);  // "filter"
std::optional<TableId> find_table(std::string_view name);
std::optional<Hook> find_hook(std::string_view builtin_chain_name);

// The hooks at which a table has a built-in chain.
HookSet table_hooks(TableId id);

// What runs at a hook, in order.
enum class Stage : std::uint8_t { defrag, conntrack, raw, mangle, nat, filter, security, confirm };
std::span<const Stage> stages(Hook hook);
std::optional<TableId> stage_table(Stage stage);

}  // namespace fwsim
