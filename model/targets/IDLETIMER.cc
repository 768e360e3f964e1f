// -j IDLETIMER: restarts a timer that user space can read; nothing happens to the packet.
// xt_IDLETIMER.c
#include <string>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t max_label = 27;

void finish(Use& use, CheckContext& c) {
  std::string label(use.text("label"));
  if (label.size() > max_label) label.resize(max_label);
  // The label becomes a file in /sys beside these.
  if (label.empty() || label == "power" || label == "subsystem" || label == "uevent" || label == "." || label == ".." ||
      label.find('/') != label.npos)
    c.fault("label", "the kernel cannot make a file named '" + label + "' under /sys", "choose another label");
  use.put("label", std::move(label));
}

Actions act(const TargetUse&, Family) { return {}; }

constexpr Option options[] = {
    {.name = "timeout",
     .kind = &kinds::number,
     .min = 1,
     .max = 2147482,
     .required = true,
     .help = "seconds until the timer runs out"},
    {.name = "label", .kind = &kinds::word, .required = true, .help = "name of the timer"},
    {.name = "alarm", .help = "run on while the machine sleeps"},
};

}  // namespace

extern const Extension target_IDLETIMER{.name = "IDLETIMER",
                                        .is_target = true,
                                        .options = options,
                                        .memory = Memory::shared, .help = "restart a timer",
                                        .finish = finish,
                                        .act = act};

}  // namespace fwsim
