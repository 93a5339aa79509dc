# Flags every target shares: warnings are errors, sanitizers by preset.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    -Wold-style-cast -Werror)
# g++ 12 sees uninitialised ghosts in std::optional and std::variant under -O2, and overlaps of 2^63
# bytes in std::string's operator+ (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
endif()
# A small program starts sooner and resides in less memory: -O3 buys nothing here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG -ffunction-sections -fdata-sections")
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-Wl,--gc-sections)
endif()
if(REVISIOND_SANITIZE)
  add_compile_options(-fsanitize=${REVISIOND_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${REVISIOND_SANITIZE})
  # What indexes a string, a vector or an array is checked by the library too, and at once.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
# g++ keeps a record in writable memory for each of UBSan's checks, 440,000 in all: they took half a
# second of every start, and of every end, when leaks are searched there. So a check that fails
# traps, and AddressSanitizer tells where (handle_sigill, see tests/run). vptr knows no trap.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND REVISIOND_SANITIZE MATCHES "address.*undefined")
  add_compile_options(-fsanitize-undefined-trap-on-error -fno-sanitize=vptr)
endif()
# Once its headers are precompiled, g++ 12 reports more ghosts of the library's where it optimises and
# AddressSanitizer is not in between.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()
# Several files are one where AddressSanitizer is built in: their instances of templates are compiled
# once, and it takes less than half of the time. What one file's names do to another's is no fault.
if(CMAKE_UNITY_BUILD)
  add_compile_options(-Wno-shadow -Wno-subobject-linkage)
endif()
# What ccache asks for before it remembers a file with a precompiled header.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    add_compile_options(-fpch-preprocess)
  endif()
endif()
