#include "cli/live/carrier.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

constexpr unsigned ethernet = 1, at_once = 256;   // frames from one device before the other has its turn

}  // namespace

DevicePair device_pair(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size() || text.find(':', colon + 1) != text.npos)
    throw EnvironmentError(fmt::format("--inline takes two devices: '{}' is not like eth0:eth1", text));
  DevicePair pair{text.substr(0, colon), text.substr(colon + 1)};
  if (pair[0] == pair[1]) throw EnvironmentError(fmt::format("--inline takes two devices, and {} is one", pair[0]));
  return pair;
}

Carrier::Carrier(Session& session, const DevicePair& devices, bool all) : session_(session), devices_(devices), all_(all) {
  for (std::size_t i = 0; i < 2; ++i) {
    wires_[i] = std::make_unique<Wire>(devices_[i], all_);
    listen(i);
  }
}

void Carrier::listen(std::size_t i) {
  session_.loop().watch(wires_[i]->descriptor(), [this, i] { drain(i); });
}

int Carrier::run() {
  session_.on_second = [this] {
    for (std::size_t i = 0; i < 2; ++i) look_after(i);
    tick();
  };
  session_.run();
  for (const auto& wire : wires_) session_.loop().unwatch(wire->descriptor());
  return status_good;
}

void Carrier::drain(std::size_t i) {
  if (const int error = wires_[i]->error(); error == ENETDOWN) {
    session_.trouble(fmt::format("{} went down", devices_[i]));
    down_[i] = true;
  }
  Arrived arrived;
  for (unsigned n = 0; n < at_once && wires_[i]->receive(arrived); ++n) {
    if (arrived.cut)
      session_.trouble(fmt::format("a frame on {} is longer than 64 KiB, and lost", devices_[i]));
    else
      carry(i, arrived);
  }
}

void Carrier::look_after(std::size_t i) {
  const std::string& device = devices_[i];
  if (const std::uint64_t lost = wires_[i]->lost(); lost > 0)
    session_.trouble(fmt::format("packets on {} came faster than they were judged, and were lost", device), lost);
  try {
    if (wire_facts(device).index == wires_[i]->facts().index) return;
    auto again = std::make_unique<Wire>(device, all_);
    session_.loop().unwatch(wires_[i]->descriptor());
    wires_[i] = std::move(again);
    listen(i);
    renewed();
    session_.trouble(fmt::format("{} is another device than before", device));
  } catch (const EnvironmentError& e) {
    session_.trouble(e.what());
  }
}

std::vector<Packet> Carrier::packets_in(std::size_t from, const Arrived& arrived, Stripped& stripped) {
  Packet packet;
  const Frame frame{.link_type = ethernet,
                    .bytes = arrived.frame,
                    .original = arrived.frame.size(),
                    .time = session_.now(),
                    .interface = devices_[from],
                    .number = ++number_};
  stripped = strip_link_layer(frame, packet);
  if (stripped.kind != Stripped::Kind::packet) return {};
  if (decode(packet)) return finish_offload(std::move(packet), arrived.offload);
  Result ignored;
  ignored.fate = Fate::ignored;
  ignored.in_if = devices_[from];
  ignored.reason = std::string(packet.fault);
  ignored.packet = std::move(packet);
  session_.saw(ignored);
  return {};
}

Result Carrier::judge(std::size_t from, Packet packet) {
  Result result = session_.engine().receive(std::move(packet), devices_[from]);
  session_.saw(result);
  return result;
}

void Carrier::put(std::size_t to, Bytes header, Bytes rest) {
  const int error = wires_[to]->send(header, rest);
  const bool down = error == ENETDOWN || error == ENXIO;
  if (down && std::exchange(down_[to], true)) {   // said once
    ++session_.counts().troubles[fmt::format("{} is down: what leaves by it is lost", devices_[to])];
    return;
  }
  if (!down) down_[to] = false;
  if (down)
    session_.trouble(fmt::format("{} is down: what leaves by it is lost", devices_[to]));
  else if (error == ENOBUFS || error == EAGAIN)
    session_.trouble(fmt::format("the queue of {} is full: packets are lost", devices_[to]));
  else if (error != 0)
    session_.trouble(fmt::format("a packet cannot leave by {}: {}", devices_[to], std::strerror(error)));
}

std::optional<std::size_t> Carrier::place_of(std::string_view device) const {
  for (std::size_t i = 0; i < 2; ++i)
    if (devices_[i] == device) return i;
  return std::nullopt;
}

}  // namespace fwsim
