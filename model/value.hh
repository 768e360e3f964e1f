// Values of options, and the kinds of text they are written in. A kind reads and prints one
// value; an extension that needs a kind of its own declares it in its own file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/types.hh"

namespace fwsim {

struct NumRange {  // inclusive; a number is a range of one
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const NumRange&) const = default;
};
struct Masked {
  std::uint64_t value = 0;
  std::uint64_t mask = 0;
  bool operator==(const Masked&) const = default;
};
struct Prefix {  // network and mask; the mask may have holes
  u128 address = 0;
  u128 mask = 0;
  bool operator==(const Prefix&) const = default;
};
struct AddressRange {
  u128 low = 0;
  u128 high = 0;
  bool operator==(const AddressRange&) const = default;
};
struct Bits {  // a set of small numbers
  std::uint64_t bits = 0;
  bool operator==(const Bits&) const = default;
};

// Flags hold nothing. Text holds words and everything whose meaning its own extension reads.
using Value = std::variant<std::monostate, NumRange, Masked, Prefix, AddressRange, Bits, std::string,
                           std::vector<NumRange>>;

struct Option;

struct ValueContext {
  Family family = Family::v4;
  const Option* option = nullptr;
  int protocol = 0;  // the rule's -p, for service names; 0 when none
  bool inverted = false;
};

// A value that cannot be read: what is wrong, and what might be right.
struct ValueError {
  std::string text;
  std::string hint;
  std::string tool{};  // as iptables says it; empty: as it says it of other options of this kind
  int number = 0;      // errno(3), where it is the kernel that refuses the value
};

struct ValueKind {
  std::string_view metavar;  // for help: "port[:port]"
  unsigned words = 1;        // how many words the value takes; 0 for a flag
  std::optional<ValueError> (*read)(const ValueContext&, std::span<const std::string_view> words, Value& out);
  // Appends the canonical text as iptables-save writes it, without leading space.
  void (*print)(const ValueContext&, const Value&, std::string& out);
  // The same as iptables -L prints it without -n; null: as `print`.
  void (*print_named)(const ValueContext&, const Value&, std::string& out) = nullptr;
};

// name = number, for options that take words. The first name of a number is the canonical one.
struct NamedNumber {
  std::string_view name;
  std::uint64_t number;
};

namespace kinds {
extern const ValueKind flag;           // no value
extern const ValueKind number;         // one number, option.min..max; printed in decimal
extern const ValueKind hex_number;     // printed 0x..
extern const ValueKind range;          // a[:b], `:b` and `a:` filled up with option.min and max
extern const ValueKind port;           // number or service, 0..65535
extern const ValueKind port_range;     // a[:b] of ports, names allowed
extern const ValueKind port_list;      // a,b:c,... up to 15 slots (multiport)
extern const ValueKind masked;         // V[/M], printed 0xV or 0xV/0xM when the mask is not full
extern const ValueKind masked_always;  // V[/M], printed with its mask always
extern const ValueKind prefix;         // address[/mask], one; printed as -s prints it
extern const ValueKind bare_prefix;    // address[/mask] printed without /32 or /128
extern const ValueKind address;        // one address
extern const ValueKind address_range;  // a[-b]
extern const ValueKind interface;      // device name, `+` at the end is a wildcard: Prefix of name words
extern const ValueKind protocol;       // name or number, printed as a number
extern const ValueKind word;           // raw text, printed as it is (names of sets, tables, ...)
extern const ValueKind text;           // printed with iptables' quoting when needed
extern const ValueKind quoted;         // printed in double quotes always
extern const ValueKind named;          // one of option.names (prefix, any case), or number: NumRange
extern const ValueKind named_set;      // comma list of option.names: Bits of their numbers
extern const ValueKind mac;            // six octets
}  // namespace kinds

// --- helpers for kinds declared elsewhere ----------------------------------------------------

// Unsigned number in any base that strtoul(3) takes (decimal, 0x hex, 0 octal), whole word.
std::optional<std::uint64_t> read_number(std::string_view word);
// Port or service name (built-in table, then the machine's).
std::optional<std::uint64_t> read_port(std::string_view word, int protocol);
// Protocol name or number 0..255; "all" is 0.
std::optional<std::uint64_t> read_protocol(std::string_view word);
// The name iptables-save prints for a protocol, or its number.
std::string protocol_text(unsigned protocol);
// A full address; v4 also in iptables' left-aligned short forms ("10.1" is 10.1.0.0).
std::optional<u128> read_address(Family family, std::string_view word);
// address[/length or /mask]; address bits outside the mask are cleared, as iptables does.
std::optional<Prefix> read_prefix(Family family, std::string_view word);
std::string prefix_text(Family family, const Prefix& prefix);
// Interface pattern as a Prefix of name words; error text in `why`.
std::optional<Prefix> read_interface(std::string_view word, std::string& why);
std::string interface_text(const Prefix& pattern);
// iptables' quoting (xtables_save_string): bare for [A-Za-z0-9_-]+, else "..." with \ before " \ '.
std::string quote(std::string_view text);
// The pieces of a text between separators, one after the other; empty pieces are kept.
class Pieces {
 public:
  struct End {};
  class Iterator {
   public:
    Iterator(std::string_view text, char separator) : left_(text), separator_(separator) {}
    std::string_view operator*() const { return left_.substr(0, left_.find(separator_)); }
    Iterator& operator++() {
      const std::size_t at = left_.find(separator_);
      done_ = at == std::string_view::npos;
      if (!done_) left_.remove_prefix(at + 1);
      return *this;
    }
    bool operator==(End) const { return done_; }

   private:
    std::string_view left_;
    char separator_;
    bool done_ = false;
  };
  Pieces(std::string_view text, char separator) : text_(text), separator_(separator) {}
  Iterator begin() const { return {text_, separator_}; }
  End end() const { return {}; }

 private:
  std::string_view text_;
  char separator_;
};
// All of them.
std::vector<std::string_view> split(std::string_view text, char separator);
bool equal_ignoring_case(std::string_view a, std::string_view b);
// The entry of `names` that `word` names, or abbreviates without ambiguity.
const NamedNumber* find_named(std::span<const NamedNumber> names, std::string_view word);
std::string hex(std::uint64_t number);

}  // namespace fwsim
