#include "base/heap.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace revisiond {
namespace {

// glibc's own beginning; a size that is said does not grow with what is freed.
constexpr int large_piece = 128 * 1024;

constexpr std::uintptr_t large_page = 2 * 1024 * 1024;
// So much at once the heap grows, and is asked to be of large pages in the beginning.
constexpr int heap_step = 64 * 1024 * 1024;

}  // namespace

void limit_heaps(int most) {
    ::mallopt(M_ARENA_MAX, most);
    ::mallopt(M_MMAP_THRESHOLD, large_piece);
}

void use_large_pages() {
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, heap_step / 2);
    ::mallopt(M_TRIM_THRESHOLD, 2 * heap_step);
    ::mallopt(M_TOP_PAD, heap_step);
    // More than is left of what the heap began with: it grows. The compiler is not to see through.
    void* volatile piece = std::malloc(large_piece * 2);
    std::free(piece);
    const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
    const std::uintptr_t begin = (end - heap_step + large_page - 1) / large_page * large_page;
    // Without large pages the kernel refuses, and nothing is lost.
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

void trim_heaps() {
    ::malloc_trim(0);
}

}  // namespace revisiond
