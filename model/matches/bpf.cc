// -m bpf: a program that looks at the packet from the IP header on. net/netfilter/xt_bpf.c. Run by
// simulator/oracles/bpf.cc.
#include "model/matches/bpf.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t most = 64;  // XT_BPF_MAX_NUM_INSTR

// sscanf(3) with "%u" and the like: skips space, takes a sign, wraps.
std::optional<std::uint64_t> scan(std::string_view& text) {
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  std::uint64_t number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    number = number * 10 + static_cast<std::uint64_t>(text[digits] - '0');
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return negative ? 0 - number : number;
}

// Parts of a code.
constexpr unsigned op_class(unsigned code) { return code & 0x07; }
constexpr unsigned op_mode(unsigned code) { return code & 0xe0; }
constexpr unsigned operation(unsigned code) { return code & 0xf0; }
enum Class : unsigned { ld, ldx, st, stx, alu, jmp, ret, misc };

bool known_code(unsigned code) {
  switch (op_class(code)) {
    case ld: {
      const unsigned size = code & 0x18, mode = op_mode(code);
      if (mode == 0x20 || mode == 0x40) return code < 0x60 && (size == 0 || size == 8 || size == 16);
      return code == 0x00 || code == 0x60 || code == 0x80;  // immediate, scratch, length
    }
    case ldx: return code == 0x01 || code == 0x61 || code == 0x81 || code == 0xb1;
    case st: return code == 0x02;
    case stx: return code == 0x03;
    case alu: return code == 0x84 || (code <= 0xff && operation(code) <= 0xa0 && operation(code) != 0x80);
    case jmp: return code == 0x05 || (code <= 0xff && operation(code) >= 0x10 && operation(code) <= 0x40);
    case ret: return code == 0x06 || code == 0x16;
    default: return code == 0x07 || code == 0x87;
  }
}

// The ancillary loads of the kernel, each at its offset / 4, with what fwsim cannot tell named.
struct Ancillary {
  std::string_view name;
  bool known;
};
constexpr Ancillary ancillaries[] = {
    {"protocol", true},      {"packet type", true},   {"interface index", true}, {"netlink attribute", false},
    {"nested netlink attribute", false},              {"mark", true},            {"queue", false},
    {"hardware type", true}, {"receive hash", false}, {"cpu", true},             {"xor x", true},
    {"vlan tag", true},      {"vlan tag present", true}, {"payload offset", false}, {"random", true},
    {"vlan protocol", true}};

bool is_absolute_load(unsigned code) { return op_class(code) == ld && op_mode(code) == 0x20; }

std::string instruction_fault(const BpfProgram& program, std::size_t i) {
  const BpfInstruction& in = program[i];
  const std::size_t after = program.size() - i - 1;
  if (!known_code(in.code)) return fmt::format("code {} is not known", in.code);
  if ((in.code == 0x34 || in.code == 0x94) && in.k == 0) return "it divides by zero";
  if ((in.code == 0x64 || in.code == 0x74) && in.k > 31) return "it shifts by more than 31 bits";
  const bool scratch = in.code == 0x60 || in.code == 0x61 || in.code == 0x02 || in.code == 0x03;
  if (scratch && in.k >= bpf_scratch) return "there are 16 words of memory";
  if (in.code == 0x05 && in.k >= after) return "it jumps out of the program";
  if (op_class(in.code) == jmp && in.code != 0x05 && (in.jt >= after || in.jf >= after))
    return "it jumps out of the program";
  const bool ancillary = is_absolute_load(in.code) && in.k >= bpf_ancillary;
  if (ancillary && (in.k % 4 != 0 || (in.k - bpf_ancillary) / 4 >= std::size(ancillaries)))
    return "it loads an ancillary value that does not exist";
  return {};
}

// Memory must be written before it is read, on every way through the program (jumps go forward).
bool memory_is_written_first(const BpfProgram& program) {
  std::vector<std::uint16_t> valid(program.size(), 0xffff);
  std::uint16_t now = 0;
  for (std::size_t i = 0; i < program.size(); ++i) {
    const BpfInstruction& in = program[i];
    now &= valid[i];
    const auto bit = static_cast<std::uint16_t>(1U << (in.k % bpf_scratch));
    if (in.code == 0x02 || in.code == 0x03) now |= bit;
    if ((in.code == 0x60 || in.code == 0x61) && (now & bit) == 0) return false;
    if (in.code == 0x05) {
      valid[i + 1 + in.k] &= now;
      now = 0xffff;
    } else if (op_class(in.code) == jmp) {
      valid[i + 1 + in.jt] &= now;
      valid[i + 1 + in.jf] &= now;
      now = 0xffff;
    }
  }
  return true;
}

}  // namespace

std::optional<BpfProgram> read_bpf(std::string_view text, std::string& why) {
  const auto count = scan(text);
  if (!count || text.empty() || text[0] != ',') {
    why = "it does not start with the number of its instructions and a comma";
    return std::nullopt;
  }
  if (*count == 0 || *count > most) {
    why = fmt::format("a program has 1 to {} instructions", most);
    return std::nullopt;
  }
  BpfProgram program;
  while (text.size() > 1) {
    text.remove_prefix(1);
    std::array<std::uint64_t, 4> numbers{};
    for (std::uint64_t& number : numbers) {
      const auto read = scan(text);
      if (!read) {
        why = fmt::format("instruction {} is not four numbers", program.size());
        return std::nullopt;
      }
      number = *read;
    }
    program.push_back({static_cast<std::uint16_t>(numbers[0]), static_cast<std::uint8_t>(numbers[1]),
                       static_cast<std::uint8_t>(numbers[2]), static_cast<std::uint32_t>(numbers[3])});
    text.remove_prefix(std::min(text.find(','), text.size()));
  }
  if (program.size() == *count) return program;
  why = fmt::format("it says {} instructions and has {}", *count, program.size());
  return std::nullopt;
}

std::string bpf_text(const BpfProgram& program) {
  std::string out = fmt::format("{}", program.size());
  for (const BpfInstruction& in : program)
    out += fmt::format(",{} {} {} {}", in.code, in.jt, in.jf, in.k);
  return out;
}

std::string bpf_fault(const BpfProgram& program) {
  for (std::size_t i = 0; i < program.size(); ++i)
    if (const std::string fault = instruction_fault(program, i); !fault.empty())
      return fmt::format("instruction {}: {}", i, fault);
  if (program.empty() || op_class(program.back().code) != ret) return "it does not end with a return";
  if (!memory_is_written_first(program)) return "it reads memory that was not written";
  return {};
}

std::string_view bpf_unknown_load(const BpfProgram& program) {
  for (const BpfInstruction& in : program)
    if (is_absolute_load(in.code) && in.k >= bpf_ancillary)
      if (const Ancillary& what = ancillaries[(in.k - bpf_ancillary) / 4]; !what.known) return what.name;
  return {};
}

namespace {

constexpr ValueKind program_kind{
    "\"count,code jt jf k,...\"", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string why;
      const auto program = read_bpf(words[0], why);
      if (program) why = bpf_fault(*program);
      if (!why.empty()) return ValueError{"not a program: " + why, "nfbpf_compile(8) makes them"};
      out = bpf_text(*program);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += '"' + std::get<std::string>(value) + '"'; }};

Meaning meaning(const MatchUse& use, Family) {
  if (use.has("object-pinned"))
    return {unknown(fmt::format("the program pinned at {} is not at hand", use.text("object-pinned"))), never()};
  std::string why;
  const std::string_view load = bpf_unknown_load(*read_bpf(use.text("bytecode"), why));
  if (!load.empty()) return {unknown(fmt::format("the program loads the {}", load)), never()};
  return {oracle(use), never()};
}

constexpr Option options[] = {
    {.name = "bytecode", .kind = &program_kind, .help = "classic BPF program; other than 0 is a match"},
    {.name = "object-pinned", .kind = &kinds::word, .min = 1, .max = 511, .help = "file of an eBPF program"},
};

}  // namespace

extern const Extension match_bpf{.name = "bpf", .options = options, .groups = "bytecode|object-pinned", .none_given = "bpf: one of --bytecode or --pinned is required",
                                 .modelled = Modelled::partly,
                                 .note = "unknown: pinned eBPF objects, receive hashes, queues, payload offsets, "
                                         "netlink attributes",
                                 .help = "BPF program", .match = meaning};

}  // namespace fwsim
