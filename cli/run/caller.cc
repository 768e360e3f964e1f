#include "cli/run/caller.hh"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdlib>

namespace fwsim {
namespace {

constexpr int patience = 20;   // seconds for an answer: whoever keeps it waiting keeps all waiting

}  // namespace

void Caller::say(WireWord word, std::string_view text) {
  do {
    const std::string_view piece = text.substr(0, wire_most);
    char head[wire_head];
    put_head(head, word, static_cast<std::uint32_t>(piece.size()));
    waiting_.append(head, sizeof head).append(piece);
    text.remove_prefix(piece.size());
  } while (!text.empty());
}

bool Caller::flush() {
  std::size_t sent = 0;
  while (sent < waiting_.size()) {
    const ssize_t n = send(connection_.get(), waiting_.data() + sent, waiting_.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) sent = waiting_.size();   // it has been killed
    if (n <= 0) break;
    sent += static_cast<std::size_t>(n);
  }
  waiting_.erase(0, sent);
  return waiting_.empty();
}

bool Caller::hear(WireWord& word, std::string& text) {
  const auto exactly = [&](char* data, std::size_t size) {
    while (size > 0) {
      const ssize_t n = recv(connection_.get(), data, size, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      data += n;
      size -= static_cast<std::size_t>(n);
    }
    return true;
  };
  char head[wire_head];
  if (!exactly(head, sizeof head) || head_size(head) > wire_most) return false;
  word = head_word(head);
  text.resize(head_size(head));
  return exactly(text.data(), text.size());
}

bool Caller::read_call() {
  const timeval most{patience, 0};
  setsockopt(connection_.get(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  WireWord word{};
  std::string text;
  if (!hear(word, text) || word != WireWord::call) return false;
  std::vector<std::string> words;
  for (std::size_t at = 0, end; (end = text.find('\0', at)) != text.npos; at = end + 1) words.push_back(text.substr(at, end - at));
  if (words.size() < 3) return false;
  at_ = words[0];
  job_ = words[1];
  argv_.assign(words.begin() + 2, words.end());
  return true;
}

std::string Caller::joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + '\0';
  return text;
}

Caller::Read Caller::asked(WireWord word, std::string_view text) {
  say(word, text);
  return take_what_it_read();
}

Caller::Read Caller::take_what_it_read() {
  for (pollfd writable{connection_.get(), POLLOUT, 0}; !flush();)
    if (poll(&writable, 1, patience * 1000) <= 0) return {.text = {}, .error = EIO};
  WireWord said{};
  Read read;
  if (!hear(said, read.text)) return {.text = {}, .error = EIO};
  if (said == WireWord::fault) {
    const int error = std::atoi(read.text.c_str());
    return {.text = {}, .error = error > 0 ? error : EIO};
  }
  if (said != WireWord::data) return {.text = {}, .error = EIO};
  return read;
}

int Caller::write(const std::string& path, std::string_view text, bool create) {
  return asked(create ? WireWord::create : WireWord::write, (path + '\0').append(text)).error;
}

}  // namespace fwsim
