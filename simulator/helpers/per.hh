// A reader of messages in ASN.1's packed encoding (X.691, aligned), for H.323. It reads what
// net/netfilter/nf_conntrack_h323_asn1.c reads, and stops or gives up where that does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/packet.hh"

namespace fwsim {

// How a type is encoded. `size`: bits of a number, a length or a count where not said otherwise.
enum class PerKind : std::uint8_t {
  null, boolean, oid, integer, byte, word, constrained, unconstrained, bits, digits, octets, wide, sequence, list, choice
};
// How long strings and lists say they are.
enum class PerLength : std::uint8_t { fixed, in_bits, byte, word, semi };

struct PerField;

// Types with parts are described in a text of one type a line (h323_schema.cc):
//   Name = { parts }     a sequence; "{..." with room for extensions
//   Name = < parts >     a choice
// A part is name:type; behind the name "?" if optional, "*" if what it holds is kept. Behind "|" stand the
// extensions. "+3": three that are skipped unread. "!": reading ends here; "! 2?": and two more optional
// parts follow. [semi T], [semi<=4 *T]: a list, of which so many items are kept; "^" marks open items.
struct PerType {
  PerKind kind = PerKind::null;
  PerLength length = PerLength::fixed;
  unsigned size = 0;                 // bits, or the fixed length
  std::uint32_t low = 0;             // added to what is read
  unsigned keep = 0;                 // items of a list that are kept
  bool extensible = false;
  std::size_t root = 0;              // parts that are no extensions
  unsigned optional_parts = 0;       // of these
  std::vector<PerField> parts;       // of a list: its items
};
struct PerField {
  std::string name;
  std::string type;                  // its name in the schema, or a simple type
  bool optional = false, kept = false, open = false, stop = false, skipped = false;
};

class PerSchema {
 public:
  explicit PerSchema(std::string_view text);
  const PerType& type(std::string_view name) const;

 private:
  std::map<std::string, PerType, std::less<>> types_;
};

// What was kept of a message.
struct PerNode {
  std::string name;
  std::uint32_t value = 0;           // of a choice: which; of a number: it; of octets: where they begin
  std::vector<PerNode> parts;

  const PerNode* part(std::string_view wanted) const;
};
// Reads a value of this type at `at`; nothing when it is malformed or cut short.
std::optional<PerNode> read_per(const PerSchema& schema, std::string_view type, Bytes bytes, std::size_t at = 0);

}  // namespace fwsim
