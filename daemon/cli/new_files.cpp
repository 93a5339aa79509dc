#include "cli/new_files.hpp"

#include "directory/new_file.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {

Exit write_new_files(Console& console, const std::vector<NewFile>& files) {
    std::vector<std::string> written;
    for (const NewFile& file : files) {
        auto done = directory::write_new_file(file.path, file.text);
        if (!done) return console.fail(done.error());
        written.push_back(file.path.string());
    }
    if (console.globals().json) {
        console.print_line(wire::names_to_json(written));
        return Exit::done;
    }
    for (const std::string& path : written) console.print_line("Generating " + path + " ...  done");
    return Exit::done;
}

}  // namespace revisiond::cli
