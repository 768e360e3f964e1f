// Memory for vectors of millions: in pages of 2 MiB where the kernel gives them, since a look-up at random in
// ordinary ones costs a walk through the page tables besides (madvise(2), MADV_HUGEPAGE).
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace fwsim {

template <class T>
struct LargeAllocator {
  using value_type = T;
  static constexpr std::size_t page = std::size_t{1} << 21, least = 4 * page;

  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) {}

  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    if (bytes < least) return static_cast<T*>(::operator new(bytes));
    void* memory = ::operator new(bytes, std::align_val_t{page});
    madvise(memory, bytes & ~(page - 1), MADV_HUGEPAGE);   // a wish: without it all is as well, but slower
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t n) {
    if (n * sizeof(T) < least)
      ::operator delete(memory);
    else
      ::operator delete(memory, std::align_val_t{page});
  }
  bool operator==(const LargeAllocator&) const { return true; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace fwsim
