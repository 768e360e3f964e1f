#include "cli/run/sandbox.hh"

#include <fcntl.h>
#include <grp.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/run/processes.hh"
#include "cli/run/remains.hh"
#include "cli/run/sandbox_root.hh"
#include "cli/run/wire_words.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

// Once the root is made, nothing needs these; with them, a script could take it apart.
constexpr std::array dropped{CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SYS_PTRACE, CAP_SYS_MODULE, CAP_SYS_RAWIO,    CAP_SYS_BOOT, CAP_SYS_TIME,
                             CAP_MKNOD,     CAP_SETPCAP,    CAP_SETFCAP,    CAP_SYS_NICE,   CAP_SYS_RESOURCE, CAP_SYSLOG,   CAP_SYS_PACCT};
constexpr rlim_t most_processes = 512, most_memory = rlim_t{1} << 30, most_file = rlim_t{256} << 20;

void write_to(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) sandbox_fault(path);
  close(fd);
}

// Root has powers over this machine that a user namespace does not take away: it becomes somebody else first.
void give_up_root() {
  if (geteuid() != 0) return;
  const char *uid = std::getenv("SUDO_UID"), *gid = std::getenv("SUDO_GID");
  const uid_t user = uid ? static_cast<uid_t>(std::strtoul(uid, nullptr, 10)) : 0;
  const gid_t group = gid ? static_cast<gid_t>(std::strtoul(gid, nullptr, 10)) : 0;
  constexpr uid_t nobody = 65534;
  const uid_t to = user != 0 ? user : nobody;
  const gid_t to_group = user != 0 && group != 0 ? group : nobody;
  if (setgroups(0, nullptr) != 0 || setresgid(to_group, to_group, to_group) != 0 || setresuid(to, to, to) != 0) sandbox_fault("root cannot become another user");
  prctl(PR_SET_DUMPABLE, 1);
}

void separate() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
    sandbox_fault("namespaces cannot be made");
  write_to("/proc/self/setgroups", "deny");
  write_to("/proc/self/uid_map", fmt::format("0 {} 1", user));
  write_to("/proc/self/gid_map", fmt::format("0 {} 1", group));
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) sandbox_fault("mounts cannot be made private");
}

int run_ip(const std::vector<std::string>& words, const std::string& input, const char* output) {
  int in[2];
  if (pipe2(in, O_CLOEXEC) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    const int out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(out, 1);
    dup2(open("/dev/null", O_WRONLY), 2);
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(in[0]);
  if (write(in[1], input.data(), input.size()) < 0) {}   // what it reads of it shows in its status
  close(in[1]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Devices like those of the host, as far as this kernel has any that need no others; their descriptors stay open, for such a
// device is up as long as one is. Returns what ip(8) says of it: 127 where there is none.
int make_network(const SandboxSpec& spec) {
  const auto missing = [](const std::string& name) { return if_nametoindex(name.c_str()) == 0; };
  const auto batch = [](const char* family, const std::string& lines) { return run_ip({"ip", family, "-force", "-batch", "-"}, lines, "/dev/null"); };
  std::string lines = "link set lo up\n";
  for (const std::string& name : spec.bridges) lines += fmt::format("link add {} type bridge\n", name);
  for (const std::string& name : spec.devices) lines += fmt::format("link add {} type dummy\n", name);
  const int status = batch("-4", lines);
  lines.clear();
  for (const std::string& name : spec.devices) {
    if (!missing(name)) continue;
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    name.copy(request.ifr_name, sizeof request.ifr_name - 1);
    const int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tap < 0 || ioctl(tap, TUNSETIFF, &request) != 0) lines += fmt::format("link add {0} type ifb\nlink set {0} arp on\n", name);
  }
  batch("-4", lines + spec.network[0]);
  if (!spec.network[1].empty()) batch("-6", spec.network[1]);
  return status;
}

void send_descriptors(int socket, const std::string& text, const std::vector<int>& fds) {
  iovec data{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(fds.size() * sizeof(int));
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
    std::memcpy(CMSG_DATA(head), fds.data(), fds.size() * sizeof(int));
  }
  sendmsg(socket, &message, MSG_NOSIGNAL);
}

std::string receive(int socket, std::vector<int>& fds) {
  std::string text(65536, '\0');
  iovec data{text.data(), text.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (n <= 0) return {};
  text.resize(static_cast<std::size_t>(n));
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
    const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
      fds.push_back(fd);
    }
  }
  return text;
}

int listen_for_tools() {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::strcpy(at.sun_path, (std::string(sandbox_base) + "/root" + wire_path).c_str());
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || chmod(at.sun_path, 0666) != 0 || listen(fd, 128) != 0)
    sandbox_fault("the socket of the tools");
  return fd;
}

void limit(int what, rlim_t most) {
  const rlimit value{most, most};
  setrlimit(static_cast<__rlimit_resource>(what), &value);
}

// The program itself.
[[noreturn]] void become(const SandboxSpec& spec) {
  setsid();
  dup2(spec.input, 0);
  dup2(spec.output, 1);
  dup2(spec.errors, 2);
  close_range(3, ~0U, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  umask(022);
  std::vector<char*> argv, environment;
  for (const std::string& word : spec.argv) argv.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& word : spec.environment) environment.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  if (chdir(spec.directory.c_str()) != 0 && chdir("/") != 0) _exit(126);
  limit(RLIMIT_AS, most_memory);   // last: this process can have more than that already (sanitizers)
  execvpe(argv[0], argv.data(), environment.data());
  const int why = errno;
  dprintf(2, "%s: %s\n", argv[0], std::strerror(why));
  _exit(why == ENOENT ? 127 : 126);
}

// The first process of the namespace: what loses its parent becomes its child, and what is alive when it ends, ends.
[[noreturn]] void first_process(const SandboxSpec& spec, int control, int go, int ending) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    if (unshare(CLONE_NEWNS) != 0) sandbox_fault("namespaces cannot be made");
    enter_root();
    if (sethostname(spec.host_name.data(), spec.host_name.size()) != 0) sandbox_fault("sethostname");
    for (const int capability : dropped) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) sandbox_fault("no_new_privs");
    limit(RLIMIT_NPROC, most_processes);
    limit(RLIMIT_FSIZE, most_file);
    limit(RLIMIT_CORE, 0);
  } catch (const SandboxFault& fault) {
    send_descriptors(control, std::string("-") + fault.what(), {});
    _exit(1);
  }
  send_descriptors(control, "+", {});
  char byte = 0;
  if (read(go, &byte, 1) != 1) _exit(0);
  const pid_t program = fork();
  if (program == 0) become(spec);
  for (int status = 0;;) {
    const pid_t ended = waitpid(-1, &status, 0);
    if (ended == program) {
      const int number = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      if (write(ending, &number, sizeof number) < 0) _exit(1);
    }
    if (ended < 0 && errno == ECHILD) pause();
  }
}

// Makes all of it, and stays to look at what remains.
[[noreturn]] void keep_sandbox(const SandboxSpec& spec, int control, pid_t parent) {
  setsid();
  std::signal(SIGPIPE, SIG_IGN);
  try {
    give_up_root();
    separate();
    prctl(PR_SET_PDEATHSIG, SIGKILL);   // after the changes of user, which take it back
    if (getppid() != parent) _exit(1);
    write_to("/proc/sys/user/max_user_namespaces", "0");
    const int status = make_network(spec);
    const SysctlValues begin = build_root(spec);
    if (status == 127) write_text(std::string(sandbox_base) + "/out/notes", "there is no program 'ip' here: the script saw no device of the host\n", 0644);
    const int listener = listen_for_tools();
    const int base = open(sandbox_base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int go[2], ending[2];
    if (base < 0 || pipe2(go, O_CLOEXEC) != 0 || pipe2(ending, O_CLOEXEC) != 0) sandbox_fault("pipe");
    // As fork(), into a process namespace; the keeper's own children stay out of it.
    const auto first = static_cast<pid_t>(syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0));
    if (first < 0) sandbox_fault("a process namespace cannot be made");
    if (first == 0) {
      close(go[1]);
      close(ending[0]);
      first_process(spec, control, go[0], ending[1]);
    }
    close(go[0]);
    close(ending[1]);
    send_descriptors(control, std::to_string(first), {listener, base, ending[0], go[1]});
    close(go[1]);
    close(listener);
    close(ending[0]);
    char byte = 0;
    while (recv(control, &byte, 1, 0) == 1) {
      kill(first, SIGKILL);
      waitpid(first, nullptr, 0);
      const std::string out = std::string(sandbox_base) + "/out/";
      for (const auto& [file, words] : network_commands()) run_ip(words, {}, (out + file).c_str());
      settle_sysctls(begin, out);
      send_descriptors(control, "+", {});
    }
  } catch (const SandboxFault& fault) {
    send_descriptors(control, std::string("-") + fault.what(), {});
  }
  _exit(0);
}

}  // namespace

void Descriptor::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Sandbox::Sandbox(const SandboxSpec& spec) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) fail(std::strerror(errno));
  control_ = Descriptor(pair[0]);
  Descriptor other(pair[1]);
  const pid_t parent = getpid();
  keeper_ = fork();
  if (keeper_ < 0) fail(std::strerror(errno));
  if (keeper_ == 0) {
    control_.reset();
    keep_sandbox(spec, other.get(), parent);
  }
  other.reset();
  std::vector<int> fds;
  bool ready = false;
  while (!ready || fds.size() < 4) {   // the keeper's message, and that of its child
    const std::string message = receive(control_.get(), fds);
    if (message.empty()) fail("it ended before it began");
    if (message[0] == '-') fail(message.substr(1));
    if (message[0] == '+')
      ready = true;
    else
      first_ = std::atoi(message.c_str());
  }
  listener_ = Descriptor(fds[0]);
  base_ = Descriptor(fds[1]);
  ending_ = Descriptor(fds[2]);
  go_ = Descriptor(fds[3]);
  before_ = file_stamps(base_.get());
}

void Sandbox::fail(const std::string& why) const {
  if (keeper_ > 0) {
    kill(keeper_, SIGKILL);
    waitpid(keeper_, nullptr, 0);
  }
  throw EnvironmentError(fmt::format("there is no sandbox for the script: {}\nit needs namespaces of a user's own (user.max_user_namespaces, kernel.unprivileged_userns_clone,\n"
                                     "kernel.apparmor_restrict_unprivileged_userns) and overlays in them (Linux 5.11); 'fwsim apply' takes plain commands without", why));
}

Sandbox::~Sandbox() {
  if (keeper_ <= 0) return;
  kill(keeper_, SIGKILL);
  waitpid(keeper_, nullptr, 0);
}

void Sandbox::start() {
  if (write(go_.get(), "g", 1) != 1) fail(std::strerror(errno));
}

int Sandbox::status() {
  int number = 0;
  return read(ending_.get(), &number, sizeof number) == static_cast<ssize_t>(sizeof number) ? number : 128 + SIGKILL;
}

void Sandbox::stop() {
  if (std::exchange(stopped_, true)) return;
  send(control_.get(), "c", 1, MSG_NOSIGNAL);
  std::vector<int> fds;
  const std::string message = receive(control_.get(), fds);
  if (!message.starts_with("+")) throw EnvironmentError("the sandbox ended before it could be looked at" + (message.empty() ? std::string() : ": " + message.substr(1)));
}

Remains Sandbox::remains() {
  stop();
  return look_at_remains(base_.get(), before_);
}

std::optional<std::string> Sandbox::standstill() const { return fwsim::standstill(first_); }

std::size_t Sandbox::memory() const { return memory_of(first_); }

}  // namespace fwsim
