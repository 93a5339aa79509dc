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
// Addresses that the heap takes in the beginning, and is asked to fill with large pages: what
// 150,000 revisions need. Memory comes as they are touched.
constexpr int heap_reserve = 512 * 1024 * 1024;
// So much at once it grows from then on.
constexpr int heap_step = 1024 * 1024;

}  // namespace

void limit_heaps(int most) {
    ::mallopt(M_ARENA_MAX, most);
    ::mallopt(M_MMAP_THRESHOLD, large_piece);
}

void use_large_pages() {
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, 32 * heap_step);
    ::mallopt(M_TRIM_THRESHOLD, 2 * heap_reserve);
    ::mallopt(M_TOP_PAD, heap_reserve);
    const auto before = reinterpret_cast<std::uintptr_t>(::sbrk(0));
    // More than is left of what the heap began with. The compiler is not to see through.
    void* volatile piece = std::malloc(large_piece * 2);
    std::free(piece);
    ::mallopt(M_TOP_PAD, heap_step);
    const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
    if (end - before < heap_reserve) return;  // a limit on addresses keeps it small
    const std::uintptr_t begin = (before + large_page - 1) / large_page * large_page;
    // Without large pages the kernel refuses, and nothing is lost.
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

void trim_heaps() {
    ::malloc_trim(0);
}

}  // namespace revisiond
