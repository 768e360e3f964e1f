// The kernel's table of neighbours, kept up to date (rtnetlink): who has which MAC address on a link. The kernel asks for
// those that it does not know, and answers others, since the addresses of this machine are its own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <tuple>

#include "model/types.hh"

struct mnl_socket;
struct nlmsghdr;

namespace fwsim {

class Neighbours {
 public:
  struct Key {
    unsigned device = 0;   // index
    Family family = Family::v4;
    u128 address = 0;
    auto operator<=>(const Key&) const = default;
  };

  Neighbours();   // throws EnvironmentError
  ~Neighbours();
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;

  // The MAC address, if it is known; else the kernel is told to ask, and `found` or `lost` is called later.
  std::optional<std::uint64_t> find(const Key& key, std::int64_t now);

  int descriptor() const;
  // Reads what the kernel tells.
  void read();
  std::function<void(const Key&, std::uint64_t mac)> found;
  std::function<void(const Key&)> lost;   // nobody answered

 private:
  struct Entry {
    std::uint64_t mac = 0;   // 0: not known
    bool fresh = false;      // the kernel sees no need to ask whether it is still there
    std::int64_t asked = 0;
  };
  void ask_for_all();
  void ask(const Key& key);
  void take(const nlmsghdr& message);

  mnl_socket* socket_ = nullptr;
  std::map<Key, Entry> entries_;
};

}  // namespace fwsim
