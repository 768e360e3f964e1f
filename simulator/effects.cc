// The list of effects: a new one is a file in effects/ and a line here.
#include "simulator/effect.hh"

#define FWSIM_EFFECTS(X) \
  X(AUDIT)               \
  X(CT)                  \
  X(DNPT)                \
  X(ECN)                 \
  X(HMARK)               \
  X(LOG)                 \
  X(NFLOG)               \
  X(NFQUEUE)             \
  X(NOTRACK)             \
  X(RATEEST)             \
  X(REJECT)              \
  X(SET)                 \
  X(SNPT)                \
  X(SYNPROXY)            \
  X(TCPMSS)              \
  X(TCPOPTSTRIP)         \
  X(TEE)                 \
  X(TPROXY)              \
  X(TRACE)

namespace fwsim {

#define FWSIM_DECLARE(name) extern const TargetKind effect_##name;
FWSIM_EFFECTS(FWSIM_DECLARE)
#undef FWSIM_DECLARE

const TargetKind* find_effect(std::string_view target) {
#define FWSIM_ENTRY(name) &effect_##name,
  static constexpr const TargetKind* list[] = {FWSIM_EFFECTS(FWSIM_ENTRY)};
#undef FWSIM_ENTRY
  for (const TargetKind* kind : list)
    if (kind->target == target) return kind;
  return nullptr;
}

namespace {

class FunctionTarget : public Target {
 public:
  FunctionTarget(std::function<Outcome(Packet&, const Where&, World&)> apply, std::string why)
      : apply_(std::move(apply)), why_(std::move(why)) {}
  Outcome apply(Packet& packet, const Where& where, World& world) override { return apply_(packet, where, world); }
  std::string why() const override { return why_; }

 private:
  std::function<Outcome(Packet&, const Where&, World&)> apply_;
  std::string why_;
};

}  // namespace

std::unique_ptr<Target> make_effect(std::function<Outcome(Packet&, const Where&, World&)> apply, std::string why) {
  return std::make_unique<FunctionTarget>(std::move(apply), std::move(why));
}

}  // namespace fwsim
