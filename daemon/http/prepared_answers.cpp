#include "http/prepared_answers.hpp"

namespace revisiond::http {

PreparedAnswer prepare(Access access, Response response) {
    PreparedAnswer answer;
    answer.access = access;
    if (response.status == 200) {
        answer.entity_tag = entity_tag(response.body);
        answer.not_modified = render(with_entity_tag(response, answer.entity_tag));
        response = with_entity_tag(std::move(response), "");
    }
    answer.full = render(response);
    return answer;
}

void PreparedAnswers::add(std::string target, Access access, Response response) {
    add(std::move(target), prepare(access, std::move(response)));
}

void PreparedAnswers::add(std::string target, PreparedAnswer answer) {
    answers_.insert_or_assign(std::move(target), std::move(answer));
}

const PreparedAnswer* PreparedAnswers::find(std::string_view target) const {
    const auto found = answers_.find(target);
    return found == answers_.end() ? nullptr : &found->second;
}

}  // namespace revisiond::http
