#include "simulator/helpers/per.hh"

namespace fwsim {
namespace {

enum class Read : std::uint8_t { fine, stopped, bad };

class Reader {
 public:
  Reader(const PerSchema& schema, Bytes bytes, std::size_t at) : schema_(schema), bytes_(bytes), at_(at) {}

  // `keep`: what is kept of the value; null when nothing of it is.
  Read read(const PerType& type, PerNode* keep) {
    switch (type.kind) {
      case PerKind::null: return Read::fine;
      case PerKind::boolean: skip_bits(1); return check();
      case PerKind::oid: return read_oid();
      case PerKind::integer: skip_bits(type.size); return check();
      case PerKind::byte: align(); at_ += 1; return check();
      case PerKind::word: align(); at_ += 2; return check();
      case PerKind::constrained: return read_constrained(type, keep);
      case PerKind::unconstrained: return read_counted(1);
      case PerKind::bits: return read_bits(type);
      case PerKind::digits: return read_digits(type);
      case PerKind::octets: return read_octets(type, keep, 1);
      case PerKind::wide: return read_octets(type, keep, 2);
      case PerKind::sequence: return read_sequence(type, keep);
      case PerKind::list: return read_list(type, keep);
      case PerKind::choice: return read_choice(type, keep);
    }
    return Read::bad;
  }

 private:
  bool has(std::size_t bytes, std::size_t bits) const { return at_ + bytes + (bits + bit_ + 7) / 8 <= bytes_.size(); }
  Read check() const { return has(0, 0) ? Read::fine : Read::bad; }
  void align() {
    if (bit_ != 0) ++at_;
    bit_ = 0;
  }
  void skip_bits(unsigned n) {
    bit_ += n;
    at_ += bit_ / 8;
    bit_ %= 8;
  }
  std::uint32_t take_bits(unsigned n) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < n; ++i) {
      value = (value << 1) | ((byte_at(bytes_, at_) >> (7 - bit_)) & 1U);
      skip_bits(1);
    }
    return value;
  }
  std::uint32_t take_bytes(std::size_t n) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = (value << 8) | byte_at(bytes_, at_++);
    return value;
  }
  // A length of one byte, or of two with the first bit set.
  std::size_t take_length() {
    const std::uint32_t first = take_bytes(1);
    return first & 0x80 ? ((first & 0x3f) << 8) + take_bytes(1) : first;
  }
  // The length of something whose bytes follow.
  bool take_open_length(std::size_t& length) {
    if (!has(2, 0)) return false;
    length = take_length();
    return has(length, 0);
  }

  Read read_oid() {
    align();
    if (!has(1, 0)) return Read::bad;
    const std::uint32_t length = take_bytes(1);
    at_ += length;
    return check();
  }

  // A kept number is passed twice, as in the kernel: what follows it in the same field is lost.
  Read read_constrained(const PerType& type, PerNode* keep) {
    if (!has(0, 2)) return Read::bad;
    const std::uint32_t length = take_bits(2) + 1;
    align();
    if (keep) keep->value = take_bytes(length) + type.low;
    at_ += length;
    return check();
  }

  Read read_counted(std::size_t unit) {
    align();
    if (!has(2, 0)) return Read::bad;
    const std::size_t length = take_length();
    at_ += length * unit;
    return check();
  }

  // The length of a string or list; false when the message ends before.
  bool read_length(const PerType& type, std::uint32_t& length) {
    switch (type.length) {
      case PerLength::fixed: length = type.size; return true;
      case PerLength::in_bits:
        if (!has(0, type.size)) return false;
        length = take_bits(type.size) + type.low;
        return true;
      case PerLength::byte:
      case PerLength::word: {
        align();
        const std::size_t bytes = type.length == PerLength::byte ? 1 : 2;
        if (!has(bytes, 0)) return false;
        length = take_bytes(bytes) + type.low;
        return true;
      }
      case PerLength::semi:
        align();
        if (!has(2, 0)) return false;
        length = static_cast<std::uint32_t>(take_length()) + type.low;
        return true;
    }
    return false;
  }

  Read read_bits(const PerType& type) {
    align();
    std::uint32_t length = 0;
    if (!read_length(type, length)) return Read::bad;
    at_ += length / 8;
    bit_ = length % 8;
    return check();
  }

  Read read_digits(const PerType& type) {
    std::uint32_t length = 0;
    if (!read_length(type, length)) return Read::bad;
    align();
    skip_bits(length * 4);
    return check();
  }

  Read read_octets(const PerType& type, PerNode* keep, std::size_t unit) {
    std::uint32_t length = 0;
    if (!read_length(type, length)) return Read::bad;
    if (type.length != PerLength::fixed || length > 2) align();
    if (keep) keep->value = static_cast<std::uint32_t>(at_);
    at_ += length * unit;
    return check();
  }

  // A part of something; `in` is null when nothing of that is kept.
  Read read_part(const PerField& field, PerNode* in) {
    if (!in || !field.kept) return read(schema_.type(field.type), nullptr);
    PerNode node{.name = field.name};
    const Read result = read(schema_.type(field.type), &node);
    if (result != Read::bad) in->parts.push_back(std::move(node));
    return result;
  }

  // A part that stands behind its length, so that who does not know it can go on behind it.
  Read read_open(const PerField& field, PerNode* in) {
    std::size_t length = 0;
    if (!take_open_length(length)) return Read::bad;
    const std::size_t end = at_ + length;
    if (in && field.kept) {
      if (read_part(field, in) == Read::bad) return Read::bad;
      bit_ = 0;
    }
    at_ = end;
    return Read::fine;
  }

  Read read_sequence(const PerType& type, PerNode* keep) {
    if (!has(0, 1)) return Read::bad;
    const bool extended = type.extensible && take_bits(1) != 0;
    if (!has(0, type.optional_parts)) return Read::bad;
    const std::uint32_t present = take_bits(type.optional_parts);
    unsigned left = type.optional_parts;
    for (std::size_t i = 0; i < type.root; ++i) {
      const PerField& field = type.parts[i];
      if (field.stop) return Read::stopped;
      if (field.optional && !((present >> --left) & 1)) continue;
      if ((field.open ? read_open(field, keep) : read_part(field, keep)) == Read::bad) return Read::bad;
    }
    return extended ? read_extensions(type, keep) : Read::fine;
  }

  Read read_extensions(const PerType& type, PerNode* keep) {
    if (!has(0, 7)) return Read::bad;
    const unsigned count = take_bits(7) + 1;
    if (count > 32 || !has(0, count)) return Read::bad;
    const std::uint32_t present = take_bits(count);
    align();
    static const PerField unknown{.skipped = true};
    for (unsigned i = 0; i < count; ++i) {
      const bool known = type.root + i < type.parts.size();
      const PerField& field = known ? type.parts[type.root + i] : unknown;
      if (field.stop) return Read::stopped;
      // The kernel takes a length even for parts of newer versions that are absent.
      if (known && !((present >> (count - 1 - i)) & 1)) continue;
      if (read_open(field, keep) == Read::bad) return Read::bad;
    }
    return Read::fine;
  }

  Read read_list(const PerType& type, PerNode* keep) {
    std::uint32_t count = 0;
    if (!read_length(type, count)) return Read::bad;
    const PerField& item = type.parts.front();
    for (std::uint32_t i = 0; i < count; ++i) {
      PerNode* in = i < type.keep ? keep : nullptr;
      if (item.open) align();
      if ((item.open ? read_open(item, in) : read_part(item, in)) == Read::bad) return Read::bad;
    }
    return Read::fine;
  }

  Read read_choice(const PerType& type, PerNode* keep) {
    if (!has(0, 1)) return Read::bad;
    const bool extension = type.extensible && take_bits(1) != 0;
    if (!has(0, extension ? 7 : type.size)) return Read::bad;
    std::size_t which = take_bits(extension ? 7 : type.size);
    if (extension) which += type.root;
    if (!extension && which >= type.root) return Read::bad;
    if (keep) keep->value = static_cast<std::uint32_t>(which);
    static const PerField unknown{.skipped = true};
    const PerField& field = which < type.parts.size() ? type.parts[which] : unknown;
    if (field.stop) return Read::stopped;
    if (!extension && !field.open) return read_part(field, keep) == Read::bad ? Read::bad : Read::fine;
    align();
    return read_open(field, keep);
  }

  const PerSchema& schema_;
  Bytes bytes_;
  std::size_t at_;
  unsigned bit_ = 0;
};

}  // namespace

const PerNode* PerNode::part(std::string_view wanted) const {
  for (const PerNode& node : parts)
    if (node.name == wanted) return &node;
  return nullptr;
}

std::optional<PerNode> read_per(const PerSchema& schema, std::string_view type, Bytes bytes, std::size_t at) {
  PerNode node{.name = std::string(type)};
  if (Reader(schema, bytes, at).read(schema.type(type), &node) == Read::bad) return std::nullopt;
  return node;
}

}  // namespace fwsim
