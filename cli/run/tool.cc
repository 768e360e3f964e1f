// What a script under `fwsim run` finds as iptables, ipset, sysctl and all others: it tells what it was called, and
// does what it is told (wire.hh). A program of its own without any library, for a script starts it for each command;
// fwsim carries it in itself.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "cli/run/wire_words.hh"

namespace {

using fwsim::WireWord;

struct Bytes {
  char* data = nullptr;
  size_t size = 0, room = 0;

  bool grow(size_t more) {
    if (size + more <= room) return true;
    const size_t wanted = (size + more) * 2;
    char* bigger = static_cast<char*>(realloc(data, wanted));
    if (!bigger) return false;
    data = bigger;
    room = wanted;
    return true;
  }
  void add(const void* from, size_t n) {
    if (!grow(n + 1)) _exit(125);
    memcpy(data + size, from, n);
    size += n;
    data[size] = '\0';
  }
  void add_text(const char* text) { add(text, strlen(text) + 1); }
};

bool write_all(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t n = write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool read_exactly(int fd, char* data, size_t size) {
  while (size > 0) {
    const ssize_t n = read(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

void send_word(int fd, WireWord word, const Bytes& bytes) {
  char head[fwsim::wire_head];
  fwsim::put_head(head, word, static_cast<uint32_t>(bytes.size));
  if (!write_all(fd, head, sizeof head) || !write_all(fd, bytes.data, bytes.size)) _exit(125);
}

// All that a descriptor gives; false with errno.
bool read_rest(int fd, Bytes& out) {
  char piece[65536];
  while (out.size < fwsim::wire_most) {
    const ssize_t n = read(fd, piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0) return true;
    out.add(piece, static_cast<size_t>(n));
  }
  errno = EFBIG;
  return false;
}

void answer(int fd, bool good, const Bytes& data) {
  if (good) return send_word(fd, WireWord::data, data);
  Bytes number;
  char text[16];
  number.add(text, static_cast<size_t>(snprintf(text, sizeof text, "%d", errno)));
  send_word(fd, WireWord::fault, number);
}

void read_file(int fd, const char* path) {
  Bytes data;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  answer(fd, file >= 0 && read_rest(file, data), data);
  if (file >= 0) close(file);
}

void write_file(int fd, const char* path, const char* text, size_t size, int flags) {
  const int file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | flags, 0644);
  answer(fd, file >= 0 && write_all(file, text, size), {});
  if (file >= 0) close(file);
}

// argv of the words of a message: a list that ends with a null pointer.
char** words_of(char* data, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) count += data[i] == '\0' ? 1 : 0;
  char** list = static_cast<char**>(calloc(count + 1, sizeof(char*)));
  if (!list) _exit(125);
  for (size_t i = 0; i < count; ++i) {
    list[i] = data;
    data += strlen(data) + 1;
  }
  return list;
}

// Out of the way of the terminal and of whoever waits for its output.
void background(char** argv) {
  if (fork() != 0) return;
  setsid();
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
  setenv("FWSIM_JOB", argv[0], 1);
  execvp(argv[1], argv + 2);
  _exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  strcpy(to.sun_path, fwsim::wire_path);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    fprintf(stderr, "%s: this works only under fwsim run\n", argv[0]);
    return 125;
  }
  Bytes call;
  const char* at = getenv("FWSIM_AT");
  const char* job = getenv("FWSIM_JOB");
  call.add_text(at ? at : "");
  call.add_text(job ? job : "");
  for (int i = 0; i < argc; ++i) call.add_text(argv[i]);
  send_word(fd, WireWord::call, call);
  for (;;) {
    char head[fwsim::wire_head];
    if (!read_exactly(fd, head, sizeof head)) return 125;
    const uint32_t size = fwsim::head_size(head);
    char* data = static_cast<char*>(malloc(size + 1));
    if (!data || !read_exactly(fd, data, size)) return 125;
    data[size] = '\0';
    switch (fwsim::head_word(head)) {
      case WireWord::out: write_all(1, data, size); break;
      case WireWord::err: write_all(2, data, size); break;
      case WireWord::input: {
        Bytes text;
        answer(fd, read_rest(0, text), text);
        break;
      }
      case WireWord::read: read_file(fd, data); break;
      case WireWord::write: write_file(fd, data, data + strlen(data) + 1, size - strlen(data) - 1, 0); break;
      case WireWord::create: write_file(fd, data, data + strlen(data) + 1, size - strlen(data) - 1, O_CREAT); break;
      case WireWord::become: {
        char** words = words_of(data, size);
        execvp(words[0], words + 1);
        fprintf(stderr, "%s: %s\n", words[1], strerror(errno));
        return errno == ENOENT ? 127 : 126;
      }
      case WireWord::spawn: background(words_of(data, size)); break;
      case WireWord::quit: return data[0];
      default: return 125;
    }
    free(data);
  }
}
