# revisiond_room(<name> [LIBRARIES <outside libraries>...])
# Makes the static library revisiond_<name> of every .cpp in the folder and links the rooms that
# daemon/rooms.txt allows it to include.
file(STRINGS ${CMAKE_SOURCE_DIR}/daemon/rooms.txt REVISIOND_ROOM_LINES REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/daemon/rooms.txt)

# What nearly every file includes takes a third of its compilation.
add_library(revisiond_header OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
target_link_libraries(revisiond_header PRIVATE fmt::fmt)
target_precompile_headers(revisiond_header PRIVATE
  <fmt/format.h> <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional> <set> <span>
  <string> <string_view> <unordered_map> <utility> <variant> <vector>)

function(revisiond_room name)
  cmake_parse_arguments(ROOM "" "" "LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(revisiond_${name} STATIC ${sources})
  target_include_directories(revisiond_${name} PUBLIC ${CMAKE_SOURCE_DIR}/daemon)
  foreach(line IN LISTS REVISIOND_ROOM_LINES)
    if(line MATCHES "^${name}:(.*)$")
      separate_arguments(rooms UNIX_COMMAND "${CMAKE_MATCH_1}")
      foreach(room IN LISTS rooms)
        if(TARGET revisiond_${room})
          target_link_libraries(revisiond_${name} PUBLIC revisiond_${room})
        endif()
      endforeach()
    endif()
  endforeach()
  target_link_libraries(revisiond_${name} PRIVATE fmt::fmt ${ROOM_LIBRARIES})
  target_precompile_headers(revisiond_${name} REUSE_FROM revisiond_header)
endfunction()
