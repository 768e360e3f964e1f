// One packet's way through the engine.
#pragma once

#include <string>
#include <utility>

#include "simulator/defrag.hh"
#include "simulator/engine.hh"

namespace fwsim {

struct Engine::Journey {
 public:
  // Of the result's packet; what becomes of it is written there. It must outlive the journey.
  Journey(Engine& engine, Result& result) : e_(engine), p_(result.packet), r_(result) {}

  void receive(const std::string& device);
  void send();
  void at_hook(Hook hook, const std::string& in, const std::string& out);

 private:
  void begin();
  // Runs all stages of a hook. False: the packet's way ends here, and the fate is set.
  bool hook(Hook hook);
  bool table(Hook hook, TableId id);
  bool nat(Hook hook, Program* program);
  bool choose_mapping(Hook hook, Program& program);
  bool map(Hook hook, const Nat& nat, const RuleRef& by);
  bool leaves_elsewhere(Hook hook) const;
  bool track(Hook hook);
  bool proxy(Hook hook);
  bool confirm(Hook hook);
  void note_connection();

  void find_socket_early();

  // Fragments. False: the packet waits for others, or is refused.
  bool defragment(Hook hook);
  bool gather(const FragmentUser& user, std::optional<Hook> at);
  FragmentQueues& fragment_queues();
  void expire_fragments();
  // IPv4 options, after routing; a source route can change the route. False: dropped.
  bool take_options(RouteResult& route);
  bool follow_source_route(RouteResult& route, IpOptions& options);
  void complete_options(const RouteResult& route);

  void deliver_or_forward();
  void forward(const RouteResult& route);
  bool may_forward_v4(const RouteResult& route);
  bool may_forward_v6(const RouteResult& route);
  void redirect_v4(const RouteResult& route);
  void redirect_v6(const RouteResult& route);
  void deliver();
  void transmit(const RouteResult& route, Fate fate);
  bool route_changed(Stage stage, const RouteKey& before, unsigned ttl) const;
  void note_route(const RouteResult& route);
  bool reroute();   // false: no route any more
  // Behind POSTROUTING: in as many fragments as it takes.
  void leave(const RouteResult& route, Fate fate);
  bool lacks_ipv6(const std::string& device) const;

  void loop_back();
  void come_back_by_lo();
  void forget_socket();
  bool is_member(const std::string& device) const;
  bool loops(const RouteResult& route) const;
  void transmit_and_loop(const RouteResult& route);
  void loop_multicasts(const RouteResult& route);
  // `twin`: the packet that goes on and shares its header with this copy.
  void come_back(const std::string& device, unsigned kind, Packet* twin = nullptr);
  void keep_copy(Journey& copy);

  // journey_bridge.cc: a frame that came by a port of a bridge.
  void cross_bridge(const Interface& bridge, const std::string& port);
  void make_frame(const Interface& bridge);
  bool prerouting_on_bridge();
  bool readdress();
  void choose_way();
  void pass_unseen(const std::vector<std::string>& ports, bool up);
  void pass_seen(const std::vector<std::string>& ports, bool up);
  void forward_by_port(const std::string& port);
  void put_on_port(const std::string& port, Fate fate);
  void take_up();
  void refuse(std::string reason);
  void choose_ports(const RouteResult& route);
  void put_straight();

  void enter(const std::string& in, const std::string& out);
  void note_addresses();
  // `by`: the rule that dropped it; none when the kernel itself did.
  bool drop(std::string reason, std::optional<Hook> at = {}, std::optional<RuleRef> by = {});
  // For FlowTrail: something else than it notes has a say; what is longer than the MTU may go another way.
  void unfix();
  void fit(unsigned mtu);
  void answer_with_error(const RouteResult& route);
  void error(unsigned type, unsigned code, std::uint32_t rest, const char* cause);
  void run_generated(const char* cause);
  void say(Hook hook, std::string note);
  RouteKey key(bool locally) const;
  void keep_records();
  void finish(std::size_t undecided_before = 0);
  // Of a capture: longer than what its device can carry.
  bool is_merged(unsigned mtu) const;

  Engine& e_;
  Packet& p_;
  Result& r_;
  std::string in_, out_;
  std::optional<u128> typed_;   // the destination of which Field::dst_type tells
  bool stopped_ = false;
  bool merged_ = false;   // segments that an offload put together, or will take apart: no MTU is too small for it
  std::optional<RouteResult> route_;   // of a packet that passes OUTPUT

  struct Bridging {
    const Interface* bridge = nullptr;
    std::string port;         // by which it came
    bool shown = false;       // br_netfilter shows it to iptables
    bool to_host = false;     // addressed to the bridge itself
    bool unresolved = false;  // its new destination's MAC address is not known
  };
  std::optional<Bridging> bridging_;
};

}  // namespace fwsim
