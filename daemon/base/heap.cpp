#include "base/heap.hpp"

#include <malloc.h>

namespace revisiond {
namespace {

// glibc's own beginning; a size that is said does not grow with what is freed.
constexpr int large_piece = 128 * 1024;

}  // namespace

void limit_heaps(int most) {
    ::mallopt(M_ARENA_MAX, most);
    ::mallopt(M_MMAP_THRESHOLD, large_piece);
}

void trim_heaps() {
    ::malloc_trim(0);
}

}  // namespace revisiond
