#include "runtime/resources.hpp"

#include <link.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>

#include "base/heap.hpp"

namespace revisiond::runtime {
namespace {

constexpr int most_heaps = 2;

// Only segments that cannot be written to: their pages are the file's own, so that nothing is lost.
int let_go_of(dl_phdr_info* object, std::size_t, void*) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = object->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
        const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
        const std::uintptr_t first = begin / page * page;
        const std::uintptr_t end = begin + segment.p_memsz;
        ::madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void keep_memory_together() {
    limit_heaps(most_heaps);
}

void give_back_memory() {
    trim_heaps();
    ::dl_iterate_phdr(let_go_of, nullptr);
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace revisiond::runtime
