// Rates as limit and hashlimit keep them: the interval between two packets, in 1/scale seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fwsim {

inline constexpr std::uint64_t limit_scale = 10000;        // XT_LIMIT_SCALE
inline constexpr std::uint64_t hashlimit_scale = 1000000;  // XT_HASHLIMIT_SCALE_v2

// The decimal number that `text` begins with, as atoi(3) reads it: what follows is ignored.
std::optional<std::uint64_t> leading_number(std::string_view text);

// "5/second", "10/m", "3" (per second). Nothing when malformed or finer than the scale.
std::optional<std::uint64_t> read_rate(std::string_view text, std::uint64_t scale);
// Seconds of the unit in which read_rate's text counts: 86400 for "3/day", 1 for "3".
std::uint64_t rate_unit(std::string_view text);
// As iptables-save prints it: the largest unit that loses nothing by integer division.
// What iptables says of a rate that read_rate() does not take.
std::string refused_rate(std::string_view text);
std::string rate_text(std::uint64_t interval, std::uint64_t scale);

// Ticks a second of the kernel that fwsim mirrors; credits are counted per tick.
inline constexpr std::uint64_t kernel_hz = 250;
inline constexpr std::uint32_t limit_credits_per_jiffy = 128;
// Credits for `interval` (1/10000 s), in the kernel's 32-bit arithmetic (user2credits).
std::uint32_t limit_credits(std::uint64_t interval);


// The same for hashlimit, in its 64-bit arithmetic; `interval` in 1/1000000 s. Wraps as the kernel's does.
inline constexpr std::uint64_t hashlimit_credits_per_jiffy = std::uint64_t{1} << 39;
std::uint64_t hashlimit_credits(std::uint64_t interval);

// Byte rates of hashlimit are kept as 0xffffffff / (number of 16-byte units a second + 1).
std::uint64_t byte_interval(std::uint64_t bytes_per_second);
// Bytes a second of such an interval, as iptables prints it: rounded down to 16. `interval` is not 0.
std::uint64_t interval_bytes(std::uint64_t interval);
inline constexpr std::uint64_t hashlimit_bytes_per_jiffy = std::uint64_t{1} << 24;  // CREDITS_PER_JIFFY_BYTES
// Credits of one 16-byte unit at a byte rate (user2credits_byte).
std::uint64_t byte_credits(std::uint64_t interval);

}  // namespace fwsim
