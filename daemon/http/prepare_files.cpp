#include "http/embedded_files.hpp"

namespace revisiond::http {

PreparedAnswers prepare_files(std::span<const EmbeddedFile> files) {
    PreparedAnswers answers;
    for (const EmbeddedFile& file : files) {
        Response response{200, std::string(file.content), std::string(file.media_type)};
        const PreparedAnswer answer = prepare(Access{}, std::move(response));
        answers.add(std::string(file.path), answer);
        if (file.path == "/index.html") answers.add("/", answer);
    }
    return answers;
}

}  // namespace revisiond::http
