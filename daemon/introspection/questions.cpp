#include "introspection/questions.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace revisiond::introspection {
namespace {

using database::Query;
using database::Rows;
using database::SqlError;

enum class End { front, back };

// The questions between two sessions, which take them from either end.
class Desk {
  public:
    explicit Desk(std::size_t questions) : answers_(questions), back_(questions) {}

    // The next one for this session; nothing when all are given out, or one has failed. The front
    // waits for its last but one to be taken, so that few answers are held at a time.
    std::optional<std::size_t> give_out(End end);
    void answer(std::size_t question, Expected<Rows, SqlError> rows);
    // Waits. A question that nobody asks any more is answered with the error that ended it all.
    Expected<Rows, SqlError> take(std::size_t question);

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    // All of it is protected by mutex_.
    std::vector<std::optional<Rows>> answers_;
    std::optional<SqlError> error_;
    std::size_t front_ = 0;
    std::size_t back_;  // one past the last that is not given out
    std::size_t taken_ = 0;
};

std::optional<std::size_t> Desk::give_out(End end) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return error_ || end == End::back || front_ <= taken_ + 1; });
    if (error_ || front_ == back_) return std::nullopt;
    return end == End::front ? front_++ : --back_;
}

void Desk::answer(std::size_t question, Expected<Rows, SqlError> rows) {
    {
        const std::lock_guard lock(mutex_);
        if (rows) {
            answers_[question] = *std::move(rows);
        } else if (!error_) {
            error_ = std::move(rows.error());
        }
    }
    changed_.notify_all();
}

Expected<Rows, SqlError> Desk::take(std::size_t question) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return error_ || answers_[question]; });
    if (error_) return unexpected(*error_);
    Rows rows = *std::move(answers_[question]);
    answers_[question].reset();
    taken_ = question + 1;
    lock.unlock();
    changed_.notify_all();
    return rows;
}

void ask(Desk& desk, End end, const Query& query, const std::vector<Question>& questions) {
    while (const auto next = desk.give_out(end)) desk.answer(*next, query(questions[*next].sql));
}

}  // namespace

Expected<Done, SqlError> ask_all(const Query& query, const OpenBeside& beside,
                                 const std::vector<Question>& questions) {
    Desk desk(questions.size());
    const std::jthread first([&] { ask(desk, End::front, query, questions); });
    std::optional<std::jthread> second;
    if (beside) {
        second.emplace([&] {
            if (const auto other = beside()) ask(desk, End::back, *other, questions);
        });
    }
    for (std::size_t i = 0; i < questions.size(); ++i) {
        auto rows = desk.take(i);
        if (!rows) return unexpected(std::move(rows.error()));
        questions[i].take(*rows);
    }
    return Done{};
}

}  // namespace revisiond::introspection
