// Matches and targets, each declared once as a table of options. The table is enough to read,
// print, document, simulate and prove an extension whose options each say "field f is in this
// value"; what is more has a function in the extension's own file.
#pragma once

#include <cerrno>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/action.hh"
#include "model/field.hh"
#include "model/hooks.hh"
#include "model/pred.hh"
#include "model/value.hh"

namespace fwsim {

struct Rule;
struct Extension;

// What is printed for an option that the user did not give, or gave as its default.
enum class Saved : std::uint8_t {
  as_given,            // printed when given
  always,              // printed also when not given: the default is filled in on reading
  unless_default,      // not printed when it equals the default
  never,               // read but not printed
};

struct Option {
  std::string_view name;                      // without "--"
  const ValueKind* kind = &kinds::flag;
  std::string_view alias{};                   // other spellings, comma separated
  char letter = 0;                            // short form
  bool invertible = false;                    // "! --name"
  Field field = Field::none;                  // the field it tests, when that is all it does
  std::uint64_t min = 0;                      // limits of numbers
  std::uint64_t max = 0xffffffff;
  std::span<const NamedNumber> names{};       // for kinds::named and named_set
  Saved saved = Saved::as_given;
  std::string_view fallback{};                // the default, as text; "" when there is none
  bool required = false;
  std::string_view excludes{};                // comma list of options that cannot be given with it
  std::string_view needs{};                   // comma list of options that must be given with it
  HookSet hooks = all_hooks;                  // where it may be used
  bool repeatable = false;                    // may be given several times; `given` keeps each, in order
  bool value_optional = false;                // without a value (next word absent, or starts with - or !) it holds none
  std::string_view help{};
  std::string_view refused{};                 // what iptables says of a value that it does not take: {} is the value
  std::string_view again{};                   // what iptables says when it is given twice, if not what it says of others
};

// Option::refused with the value put in; empty where there is none.
std::string refusal(const Option& option, std::string_view value);

// An option as given in a rule. Rulesets have hundreds of thousands of them: `option` and `inverted` lie in the
// padding behind the value.
struct Given {
  [[no_unique_address]] Value value;
  std::uint16_t option = 0;  // index into the extension's table
  bool inverted = false;

  Given(std::uint16_t of, bool is_inverted, Value v) : value(std::move(v)), option(of), inverted(is_inverted) {}
  bool operator==(const Given&) const = default;
};
static_assert(sizeof(Given) == sizeof(Value));

// Text that few have: a pointer where there is none.
class RareText {
 public:
  RareText() = default;
  RareText(const RareText& other) : text_(other.text_ ? std::make_unique<std::string>(*other.text_) : nullptr) {}
  RareText(RareText&&) noexcept = default;
  RareText& operator=(const RareText& other) { return *this = RareText(other); }
  RareText& operator=(RareText&&) noexcept = default;
  ~RareText() = default;
  RareText& operator+=(std::string_view more) {
    text_ = std::make_unique<std::string>(text() + std::string(more));
    return *this;
  }
  const std::string& text() const {
    static const std::string none;
    return text_ ? *text_ : none;
  }
  bool operator==(const RareText& other) const { return text() == other.text(); }

 private:
  std::unique_ptr<std::string> text_;
};

// A match or target as used in a rule. `extension` is null for one that fwsim does not know;
// then `verbatim` holds its options as written.
struct Use {
  const Extension* extension = nullptr;
  std::string_view name;  // the extension's, or intern()ed
  std::vector<Given> given;
  RareText verbatim;

  const Given* find(std::string_view option) const;  // null when not given
  bool has(std::string_view option) const { return find(option) != nullptr; }
  // Value of an option that is known to be given and of that kind.
  template <class T>
  const T* get(std::string_view option) const {
    const Given* g = find(option);
    return g ? std::get_if<T>(&g->value) : nullptr;
  }
  std::uint64_t number(std::string_view option, std::uint64_t otherwise = 0) const;
  std::string_view text(std::string_view option, std::string_view otherwise = {}) const;
  bool inverted(std::string_view option) const;
  // For `finish` functions: sets or adds an option, in table order; removes one.
  void put(std::string_view option, Value value, bool inverted = false);
  void remove(std::string_view option);
  bool operator==(const Use& other) const {
    return extension == other.extension && name == other.name && given == other.given && verbatim == other.verbatim;
  }
};
// A copy of `name` that lives as long as the program (names of unknown extensions are few).
std::string_view intern(std::string_view name);

struct MatchUse : Use {};
struct TargetUse : Use {};

// What a check of a whole match or target may look at, and how it complains.
struct CheckContext {
  struct Fault {
    std::string_view option;  // "" for the extension as a whole
    std::string text;
    std::string hint;
    std::string tool;         // as iptables says it; empty: it is the kernel that refuses
    int number;               // with this errno(3)
  };
  const Rule& rule;
  Family family;
  TableId table;
  std::vector<Fault> faults{};

  void fault(std::string_view option, std::string text, std::string hint = {}, std::string tool = {}, int number = EINVAL) {
    faults.push_back({option, std::move(text), std::move(hint), std::move(tool), number});
  }
};

enum class Modelled : std::uint8_t {
  exactly,      // simulated as the kernel does it
  partly,       // see `note`
  opaque,       // read and printed only: answers that depend on it are "unknown"
};

// What an extension's answer or effect hangs on besides the packet and what stays as it is.
enum class Memory : std::uint8_t {
  none,
  elsewhere,    // things change that this rule does not change: the processor, labels and counters of connections
  own,          // the rule counts or draws by itself: limit, quota, statistic
  shared        // it writes down what other rules or packets ask: recent, SET, nfacct
};

struct Extension {
  std::string_view name;
  // Where it comes from: iptables and the kernel, the xtables-addons, or kernels before 3.17 (iptables still has it).
  enum class Home : std::uint8_t { iptables, addons, old_kernel } home = Home::iptables;
  bool is_target = false;
  bool v4 = true;
  bool v6 = true;
  std::span<const Option> options{};
  std::span<const int> protocols{};        // the rule must have a non-inverted -p of one of these
  std::string_view no_protocol{};          // what iptables itself says when there is none of them, before the kernel is asked
  std::string_view other_protocol{};       // or another
  std::span<const TableId> tables{};       // empty: all
  HookSet hooks = all_hooks;               // base hooks from which the rule may be reached
  std::string_view groups{};               // "a|b|c" : exactly one; "a+b+c" : at least one; groups separated by ' '
  std::string_view none_given{};           // what iptables says when what is required is not given
  bool conntrack = false;                  // its presence turns connection tracking on
  bool defrag = false;                     // its presence turns defragmentation on
  Memory memory = Memory::none;
  bool logs = false;                       // targets whose whole effect is a record for people
  Modelled modelled = Modelled::exactly;
  std::string_view note{};
  std::string_view help{};
  // Called once all options are read: rewrites them to their canonical form and complains.
  void (*finish)(Use&, CheckContext&) = nullptr;
  // Base hooks that these options together allow, where Extension::hooks and Option::hooks cannot say it.
  HookSet (*hooks_with)(const Use&) = nullptr;
  // The order of printing is the table's; this one replaces it where that is not enough.
  void (*print)(const Use&, Family, std::string& out) = nullptr;
  // Matches only. Null: all options are "field in value".
  Meaning (*match)(const MatchUse&, Family) = nullptr;
  // Targets only.
  Actions (*act)(const TargetUse&, Family) = nullptr;
};

// All known extensions of a family, in the order of the lists in matches.cc and targets.cc.
std::span<const Extension* const> all_matches();
std::span<const Extension* const> all_targets();
const Extension* find_match(std::string_view name, Family family);
const Extension* find_target(std::string_view name, Family family);
// The match that an unknown option after "-p PROTO" loads (iptables: find_proto), or null.
const Extension* protocol_match(int protocol, Family family);

// The meaning of "all options are field in value", for matches without a function and for those
// that add to it.
Pred options_as_fields(const Use& use, Family family);
// One option: its value as a test on a field.
Pred value_in_field(Field field, const Value& value, bool inverted);

Meaning meaning_of(const MatchUse& use, Family family);
Actions actions_of(const TargetUse& use, Family family);

// Appends " -m name --opts" or " -j NAME --opts" without the leading part: only the options.
void print_options(const Use& use, Family family, std::string& out);
void print_given(const Use& use, const Given& given, Family family, std::string& out);

}  // namespace fwsim
