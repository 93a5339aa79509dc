// The C library's heaps: how many there are, and what they keep.
#pragma once

namespace revisiond {

// The threads to come share this many: what one frees another uses. Large pieces of memory are
// mapped by themselves, however many have come and gone, and so go back to the system when they are
// freed. In the main thread, before others start.
void limit_heaps(int most);

// For a process that reads much, answers and ends: one heap, in large pages. Ten thousand revision
// files fill 8,000 small ones, and each costs a fault, which took half of the time. In the main
// thread, before others start.
void use_large_pages();

// Returns to the system what is free in them. Costs a millisecond or two. Any thread.
void trim_heaps();

}  // namespace revisiond
