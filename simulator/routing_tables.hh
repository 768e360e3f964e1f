// What Routing keeps of a host: its tables, and the settings of each device read once.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "simulator/address_scope.hh"
#include "simulator/fib.hh"
#include "simulator/routing.hh"

namespace fwsim {

// net.ipv4.conf.DEVICE.*, with what conf.all adds.
struct DeviceSettings {
  const Interface* interface = nullptr;  // null when the host does not list it
  bool forwarding = false;
  long long rp_filter = 0;
  bool accept_local = false, src_valid_mark = false, route_localnet = false;
  bool send_redirects = true, bc_forwarding = false, shared_media = true;
  bool has_address = false;  // of IPv4

  bool loopback() const { return interface && interface->loopback; }
};

struct Routing::Tables {
  explicit Tables(const Host& h);

  const Host& host;
  RouteTables routes;
  bool forwarding_v6 = false;

  const DeviceSettings& settings(const std::string& device) const;

  RouteResult input_v4(const RouteKey& key) const;
  RouteResult input_v6(const RouteKey& key) const;
  RouteResult output_v4(const RouteKey& key) const;
  RouteResult output_v6(const RouteKey& key) const;

  // fib_validate_source(): empty when the source is good, else why not. `out` is the device by which
  // the packet would go on, empty for local delivery; adds the source's realm to `realm`, and tells
  // whether the sender is on the link it came by (not after the short check).
  std::string invalid_source(const RouteKey& key, const std::string& out, std::uint32_t& realm, bool* on_link = nullptr) const;
  // Whether a packet that goes back out of the device it came by earns its sender a redirect.
  bool earns_redirect(const RouteKey& key, const RouteResult& route, bool on_link) const;
  bool is_on_link(const FibResult& found, RouteKey back, const std::string& device, bool by_device) const;
  bool reverse_path_ok(const RouteKey& key, bool loose, bool accept_local, bool valid_mark,
                       std::uint32_t* realm = nullptr) const;

  RouteResult to_result(RouteResult::Kind kind, const FibResult& found) const;
  // No way there: the ICMP error that a forwarding host answers with, or silence.
  RouteResult failure(const RouteKey& key, const FibResult& found) const;

  // Where Routing::address_class() begins another one, from 0 on; none yet when it has not been called.
  mutable std::vector<std::uint32_t> class_bounds;
  std::vector<std::uint32_t> find_class_bounds() const;

  // Results of the last lookups, each in the place its key hashes to.
  struct Slot {
    bool used = false;
    RouteKey key;
    RouteResult result;
  };
  mutable std::array<std::vector<Slot>, 2> cache;  // input, output
  template <class Compute>
  RouteResult cached(std::size_t which, const RouteKey& key, Compute compute) const;

 private:
  std::unordered_map<std::string, DeviceSettings> devices_;
  DeviceSettings unknown_;
  DeviceSettings read_settings(const std::string& device) const;
};

RouteResult dropped(std::string reason);

}  // namespace fwsim
