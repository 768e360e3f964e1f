// Memory for tables of millions: in pages of 2 MiB where the kernel gives them, since a look-up at random in
// ordinary ones costs a walk through the page tables besides (madvise(2), MADV_HUGEPAGE).
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace fwsim {

inline constexpr std::size_t huge_page = std::size_t{1} << 21;   // bytes

// Asks for huge pages for what lies whole in this memory. A wish: without them all is as well, but slower.
inline void want_huge_pages(void* at, std::size_t size) {
  const auto from = reinterpret_cast<std::uintptr_t>(at), last = (from + size) & ~(huge_page - 1), first = (from + huge_page - 1) & ~(huge_page - 1);
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

template <class T>
struct LargeAllocator {
  using value_type = T;
  static constexpr std::size_t least = 4 * huge_page;

  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) {}

  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    if (bytes < least) return static_cast<T*>(::operator new(bytes));
    void* memory = ::operator new(bytes, std::align_val_t{huge_page});
    want_huge_pages(memory, bytes);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t n) {
    if (n * sizeof(T) < least)
      ::operator delete(memory);
    else
      ::operator delete(memory, std::align_val_t{huge_page});
  }
  bool operator==(const LargeAllocator&) const { return true; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace fwsim
