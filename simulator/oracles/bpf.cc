// -m bpf --bytecode: runs a classic BPF program over the packet from the IP header on
// (net/netfilter/xt_bpf.c; net/core/filter.c). Programs were checked when the rule was read: they
// end, jump forward and stay in their memory. A load outside the packet ends one with 0.
#include "model/matches/bpf.hh"

#include <array>
#include <optional>

#include "simulator/oracles/packet_test.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

class Machine {
 public:
  Machine(const BpfProgram& program, const Packet& packet, const Where& where, World& world)
      : program_(program), packet_(packet), where_(where), world_(world) {}

  // Nothing when it cannot be told.
  std::optional<std::uint32_t> run() {
    std::size_t at = 0;
    while (!result_ && !unknown_) at = step(program_[at], at + 1);
    return unknown_ ? std::nullopt : result_;
  }

 private:
  std::size_t step(const BpfInstruction& in, std::size_t next) {
    const std::uint32_t operand = (in.code & 0x08) != 0 ? x_ : in.k;
    switch (in.code & 0x07) {
      case 0: load(in); return next;
      case 1: load_x(in); return next;
      case 2: memory_[in.k] = a_; return next;
      case 3: memory_[in.k] = x_; return next;
      case 4: calculate(in.code & 0xf0, operand); return next;
      case 5:
        if (in.code == 0x05) return next + in.k;
        return next + (holds(in.code & 0xf0, operand) ? in.jt : in.jf);
      case 6: result_ = in.code == 0x16 ? a_ : in.k; return next;
      default:
        if (in.code == 0x07)
          x_ = a_;
        else
          a_ = x_;
        return next;
    }
  }

  void load(const BpfInstruction& in) {
    const std::size_t size = (in.code & 0x18) == 0 ? 4 : (in.code & 0x18) == 8 ? 2 : 1;
    switch (in.code & 0xe0) {
      case 0x00: a_ = in.k; break;
      case 0x60: a_ = memory_[in.k]; break;
      case 0x80: a_ = static_cast<std::uint32_t>(packet_.stated_length()); break;
      case 0x20:
        if (in.k >= bpf_ancillary)
          load_beside(in.k - bpf_ancillary);
        else
          a_ = read(in.k, size);
        break;
      default: a_ = read(in.k + x_, size); break;
    }
  }

  void load_x(const BpfInstruction& in) {
    switch (in.code & 0xe0) {
      case 0x00: x_ = in.k; break;
      case 0x60: x_ = memory_[in.k]; break;
      case 0x80: x_ = static_cast<std::uint32_t>(packet_.stated_length()); break;
      default: x_ = (read(in.k, 1) & 15) * 4; break;  // the length of an IPv4 header
    }
  }

  void calculate(unsigned operation, std::uint32_t by) {
    if ((operation == 0x30 || operation == 0x90) && by == 0) {  // a division by zero ends the program
      result_ = 0;
      return;
    }
    switch (operation) {
      case 0x00: a_ += by; break;
      case 0x10: a_ -= by; break;
      case 0x20: a_ *= by; break;
      case 0x30: a_ /= by; break;
      case 0x40: a_ |= by; break;
      case 0x50: a_ &= by; break;
      case 0x60: a_ <<= by & 31; break;
      case 0x70: a_ >>= by & 31; break;
      case 0x80: a_ = 0 - a_; break;
      case 0x90: a_ %= by; break;
      default: a_ ^= by; break;
    }
  }

  bool holds(unsigned operation, std::uint32_t with) const {
    switch (operation) {
      case 0x10: return a_ == with;
      case 0x20: return a_ > with;
      case 0x30: return a_ >= with;
      default: return (a_ & with) != 0;
    }
  }

  std::uint32_t outside(bool only_cut) {
    if (only_cut)
      unknown_ = true;
    else
      result_ = 0;
    return 0;
  }

  // Big-endian. An offset that is negative as an int counts from the network or the link header.
  std::uint32_t read(std::uint32_t offset, std::size_t size) {
    const auto frame = static_cast<std::int64_t>(packet_.link.ethernet.size());
    std::int64_t at = offset;  // from the network header
    if (offset >= bpf_network)
      at = offset - bpf_network;
    else if (offset >= bpf_link)
      at = static_cast<std::int64_t>(offset - bpf_link) - frame;
    else if (offset >= 0x80000000)
      return outside(false);
    if (offset >= bpf_link && offset < bpf_network && !packet_.link.present) return outside(!packet_.locally_sent);
    const std::int64_t end = at + static_cast<std::int64_t>(size);
    if (end > static_cast<std::int64_t>(packet_.bytes.size()))
      return outside(end <= static_cast<std::int64_t>(packet_.stated_length()));
    std::uint32_t value = 0;
    for (; at < end; ++at)
      value = value << 8 | (at < 0 ? packet_.link.ethernet[static_cast<std::size_t>(frame + at)]
                                   : packet_.bytes[static_cast<std::size_t>(at)]);
    return value;
  }

  // SKF_AD_*. The device is that of the packet: the one it came by until it is sent on.
  void load_beside(std::uint32_t what) {
    const FieldValues& f = packet_.fields;
    switch (what) {
      case 0: a_ = packet_.family == Family::v4 ? 0x0800 : 0x86dd; break;
      case 4: a_ = static_cast<std::uint32_t>(f.number(Field::pkttype)); break;
      case 8: load_device(false); break;
      case 20: a_ = static_cast<std::uint32_t>(f.number(Field::mark)); break;
      case 28: load_device(true); break;
      case 36: a_ = static_cast<std::uint32_t>(f.number(Field::cpu)); break;
      case 40: a_ ^= x_; break;
      case 56: a_ = static_cast<std::uint32_t>(world_.random()); break;
      default: a_ = 0; break;  // VLAN tags are gone before the IP layer
    }
  }

  void load_device(bool hardware_type) {
    const Field side = where_.hook == Hook::postrouting ? Field::out_if : Field::in_if;
    const Interface* device = world_.host.find(name_text(packet_.fields.get(side)));
    if (!device || where_.hook == Hook::output)
      unknown_ = true;
    else if (hardware_type)
      a_ = device->loopback ? 772 : device->ethernet ? 1 : 0xfffe;  // ARPHRD_LOOPBACK, _ETHER, _NONE
    else
      a_ = device->index;
  }

  const BpfProgram& program_;
  const Packet& packet_;
  const Where& where_;
  World& world_;
  std::uint32_t a_ = 0, x_ = 0;
  std::array<std::uint32_t, bpf_scratch> memory_{};
  std::optional<std::uint32_t> result_;
  bool unknown_ = false;
};

class Bpf : public Oracle {
 public:
  explicit Bpf(const MatchUse& use) {
    std::string why;
    program_ = *read_bpf(use.text("bytecode"), why);
  }
  Answer test(Packet& packet, const Where& where, World& world) override {
    const auto result = Machine(program_, packet, where, world).run();
    return result ? answer(*result != 0) : Answer::unknown;
  }
  std::string why() const override { return "the program loads bytes or notes of the packet that are not known"; }

 private:
  BpfProgram program_;
};

}  // namespace

extern const OracleKind oracle_bpf{"bpf", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                     return std::make_unique<Bpf>(use);
                                   }};

}  // namespace fwsim
