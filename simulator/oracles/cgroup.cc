// -m cgroup: the control group in which the packet's socket was made (net/netfilter/xt_cgroup.c). Of
// what arrives, only packets of connections have a socket that early.
#include <string>
#include <string_view>
#include <utility>

#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

std::string_view without_slashes(std::string_view path) {
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  return path;
}

bool is_in(std::string_view path, std::string_view ancestor) {
  path = without_slashes(path);
  ancestor = without_slashes(ancestor);
  if (ancestor.empty() || path == ancestor) return true;
  return path.size() > ancestor.size() && path.substr(0, ancestor.size()) == ancestor && path[ancestor.size()] == '/';
}

class CgroupMatch : public Oracle {
 public:
  explicit CgroupMatch(const MatchUse& use)
      : by_path_(use.has("path")), path_(use.text("path")), class_(use.number("cgroup")),
        inverted_(use.inverted(by_path_ ? "path" : "cgroup")) {}

  Answer test(Packet& packet, const Where& where, World& world) override {
    const Socket* socket = packet.socket.get();
    if (!socket) return may_have_one(packet, where, world) ? unknown("which socket it belongs to is not known") : Answer::no;
    if (!is_whole(*socket)) return Answer::no;
    if (!by_path_) return answer((socket->class_id == class_) != inverted_);
    if (!socket->cgroup) return unknown("the control group of its socket is not known");
    return answer(is_in(*socket->cgroup, path_) != inverted_);
  }
  std::string why() const override { return why_; }

 private:
  Answer unknown(std::string why) {
    why_ = std::move(why);
    return Answer::unknown;
  }

  // Without a description of it: what the host sends, and what may be found early.
  static bool may_have_one(const Packet& packet, const Where& where, const World& world) {
    if (packet.fields.number(Field::socket) != 0) return true;
    const bool ports = packet.protocol == 6 || packet.protocol == 17;
    return where.hook == Hook::input && ports && !world.sockets.connections_known;
  }

  bool by_path_;
  std::string path_;
  std::uint64_t class_;
  bool inverted_;
  std::string why_;
};

}  // namespace

extern const OracleKind oracle_cgroup{"cgroup", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                        return std::make_unique<CgroupMatch>(use);
                                      }};

}  // namespace fwsim
