// What SYN packets of known systems look like: the lines of a pf.os file as nfnl_osf loads them into
// the kernel (struct nf_osf_user_finger).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fwsim {

struct Fingerprint {
  enum class Window : std::uint8_t { plain, mss, mtu, modulo };  // times or modulo `window_value`
  struct Option {
    std::uint8_t kind = 0, length = 0;
  };
  Window window = Window::plain;
  std::uint32_t window_value = 0;   // plain: 0 is any
  unsigned ttl = 64, length = 0;
  bool dont_fragment = false;
  std::vector<Option> options;
  std::string genre, version, subtype;
};

// "S4:64:1:60:M*,S,T,N,W7:Linux:2.6:17:Linux 2.6.17"; nothing when it is no such line.
std::optional<Fingerprint> read_fingerprint(std::string_view line);

}  // namespace fwsim
