#include "cli/captures.hh"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <utility>

#include "model/types.hh"

namespace fwsim {

Captures::Captures(const std::vector<std::string>& arguments, const std::string& filter) : filter_text_(filter) {
  for (const std::string& argument : arguments) {
    Input input{.path = argument};
    // "@" may be a part of a file's name: then the file is there.
    const std::size_t at = argument.rfind('@');
    if (at != argument.npos && !std::filesystem::exists(argument)) {
      input.path = argument.substr(0, at);
      input.device = argument.substr(at + 1);
    }
    if (input.path == "-") {
      input.content.assign(std::istreambuf_iterator<char>(std::cin), {});
      input.in_memory = true;
    }
    inputs_.push_back(std::move(input));
  }
  if (!filter.empty()) filter_ = std::make_unique<CaptureFilter>(filter);
}

Captures Captures::twin() const {
  Captures other;
  other.inputs_ = inputs_;
  other.filter_text_ = filter_text_;
  if (filter_) other.filter_ = std::make_unique<CaptureFilter>(filter_text_);
  return other;
}

std::vector<Captures::Open> Captures::open_all() {
  std::vector<Open> list;
  for (const Input& input : inputs_) {
    Open open{.input = &input};
    open.file = input.in_memory ? std::make_unique<CaptureFile>(input.content, "standard input")
                                : std::make_unique<CaptureFile>(input.path);
    open.more = open.file->next(open.frame);
    if (!open.more) close(open);
    list.push_back(std::move(open));
  }
  return list;
}

void Captures::close(Open& open) {
  if (open.file->damage()) damage_.push_back(to_text(*open.file->damage()));
}

void Captures::read(const std::function<void(Captured&)>& each, const Known& known) {
  notes_.clear();
  damage_.clear();
  std::vector<Open> files = open_all();
  Packet packet;
  std::uint64_t number = 0;
  for (;;) {
    Open* first = nullptr;
    for (Open& open : files)
      if (open.more && (!first || open.frame.time < first->frame.time)) first = &open;
    if (!first) break;
    if (files.size() > 1) first->frame.number = ++number;
    const Frame& frame = first->frame;
    const std::string_view device = first->input->device.empty() ? frame.interface : first->input->device;
    if ((!filter_ || filter_->matches(frame)) && !(known && known(frame, device))) {
      Captured captured = take_frame(frame, std::string(device), packet);
      each(captured);
    }
    first->more = first->file->next(first->frame);
    if (!first->more) close(*first);
  }
  if (filter_)
    for (const std::string& complaint : filter_->complaints()) notes_.push_back(complaint);
}

Captured take_frame(const Frame& frame, const std::string& device, Packet& packet) {
  const Stripped stripped = strip_link_layer(frame, packet);
  Captured captured{.packet = packet, .device = device, .outgoing = stripped.outgoing || (frame.flags & 3) == 2};
  captured.device_index = captured.outgoing ? stripped.out_index : stripped.in_index;
  captured.frame = &frame;
  packet.number = frame.number;
  if (stripped.kind != Stripped::Kind::packet)
    captured.fault = to_text(stripped);
  else if (!decode(packet))
    captured.fault = std::string(packet.fault);
  return captured;
}

}  // namespace fwsim
