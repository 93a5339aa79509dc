// What the process may use of the machine, and what it keeps while it idles.
#pragma once

namespace revisiond::runtime {

// The threads to come share few heaps: what one frees another uses. In the main thread, before
// others start.
void keep_memory_together();

// Returns to the system what is free in the heaps, and lets go of the pages of programs and
// libraries that nobody has needed lately: they are in the page cache and come back when they are
// touched. Costs a millisecond or two. Any thread.
void give_back_memory();

// As many descriptors as the system allows: each client costs one, and the limit that processes
// start with is for programs that use select(). Before threads start.
void raise_descriptor_limit();

}  // namespace revisiond::runtime
