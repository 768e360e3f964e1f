// Classic BPF programs of -m bpf --bytecode: "count,code jt jf k,...". Read and checked here for
// the rule, run by the packet test. Opcodes as in include/uapi/linux/bpf_common.h and filter.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fwsim {

struct BpfInstruction {
  std::uint16_t code = 0;
  std::uint8_t jt = 0;
  std::uint8_t jf = 0;
  std::uint32_t k = 0;
};
using BpfProgram = std::vector<BpfInstruction>;

inline constexpr unsigned bpf_scratch = 16;  // BPF_MEMWORDS

// Offsets of loads that do not mean bytes of the packet (SKF_*_OFF).
inline constexpr std::uint32_t bpf_ancillary = 0xfffff000;
inline constexpr std::uint32_t bpf_network = 0xfff00000;
inline constexpr std::uint32_t bpf_link = 0xffe00000;

// Only the form; the program need not be one that the kernel takes. Nothing on failure.
std::optional<BpfProgram> read_bpf(std::string_view text, std::string& why);
std::string bpf_text(const BpfProgram& program);
// What the kernel asks of a program before it takes it (net/core/filter.c, bpf_check_classic):
// empty when it is good.
std::string bpf_fault(const BpfProgram& program);
// The ancillary values that fwsim cannot know, like the receive hash: what the first one is, or "".
std::string_view bpf_unknown_load(const BpfProgram& program);

}  // namespace fwsim
