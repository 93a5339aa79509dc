#include "cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/text.hpp"
#include "cli/database_printer.hpp"
#include "sql/redact.hpp"

namespace revisiond::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Work shorter than this draws nothing: a line that flashes by is noise.
constexpr std::chrono::milliseconds first_drawn{700};
constexpr std::chrono::milliseconds redrawn{500};

constexpr std::size_t widest_bar = 20;
constexpr std::size_t narrowest_bar = 8;

// 0: nobody knows.
std::size_t terminal_columns() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string bar(const StepCount& count, std::size_t columns) {
    const std::size_t cells = columns == 0 ? widest_bar : std::min(columns / 4, widest_bar);
    if (cells < narrowest_bar) return {};
    const std::size_t done = std::min(count.number == 0 ? 0 : count.number - 1, count.of);
    const std::size_t full = done * cells / count.of;
    return fmt::format("[{}{}] ", std::string(full, '#'), std::string(cells - full, '.'));
}

}  // namespace

std::string progress_text(const StepCount& count, const std::string& text, std::string_view time,
                          std::size_t columns) {
    const std::string before =
        count.of == 0 ? std::string()
                      : fmt::format("{}{}/{} ", bar(count, columns), count.number, count.of);
    const std::string rest = fmt::format(" … {}", time);
    std::string line = before + text;
    if (columns != 0) {
        // A line that wraps could not be taken back.
        const std::size_t taken = count_code_points(rest) + 1;
        line.resize(offset_of_code_point(line, columns > taken ? columns - taken : 0));
    }
    return line + rest;
}

ProgressLine::ProgressLine(bool on) : on_(on) {
    if (on_) thread_ = std::thread([this] { run(); });
}

ProgressLine::~ProgressLine() {
    if (!on_) return;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        erase();
    }
    changed_.notify_all();
    thread_.join();
}

void ProgressLine::set(std::string text, StepCount count) {
    if (!on_) return;
    const std::lock_guard lock(mutex_);
    erase();
    text_ = std::move(text);
    count_ = count;
    since_ = Clock::now();
}

void ProgressLine::erase() {
    if (!drawn_) return;
    std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
}

void ProgressLine::run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        changed_.wait_for(lock, redrawn);
        const auto elapsed = Clock::now() - since_;
        if (ending_ || text_.empty() || elapsed < first_drawn) continue;
        using std::chrono::duration_cast;
        const auto time = duration_text(duration_cast<std::chrono::microseconds>(elapsed).count());
        const auto line = progress_text(count_, text_, time, terminal_columns());
        std::fputs(("\r\x1b[K" + line).c_str(), stderr);
        drawn_ = true;
    }
}

Progress::Progress(Console& console, Keep keep)
    : console_(console), keep_(keep), line_(console.interactive()) {}

void Progress::info(const std::string& text) {
    line_.above([&] { console_.info(text); });
}

void Progress::warn(const std::string& text) {
    line_.above([&] { console_.warn(text); });
}

void Progress::waiting_for_lock(const std::optional<database::LockHolder>& holder) {
    info(holder ? fmt::format("Waiting for the lock, held by {}", holder->describe())
                : "Waiting for the lock");
    line_.set("waiting for the lock");
}

void Progress::step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) {
    count_ = {number, of};
    step_ = step.revision;
    file_ = step.file.empty() ? "revision " + step.revision : step.file;
    info(step_line(step));
    line_.set(step_, count_);
}

void Progress::statement_begins(const plan::PlanStep&, const sql::Statement& statement) {
    if (keep_ == Keep::reports) begun_ = statement.text;
    if (!console_.interactive()) return;
    line_.set(fmt::format("{} line {}: {}", step_, statement.line,
                          first_line(sql::redact_sql(statement.text))),
              count_);
}

void Progress::statement_ends(const apply::StatementReport& report) {
    line_.set(step_, count_);
    for (const database::ServerMessage& notice : report.notices) {
        info(fmt::format("{}:{}: {}: {}{}", file_, report.line, notice.severity,
                         database::redacted(notice.message),
                         notice.detail.empty() ? "" : "; " + database::redacted(notice.detail)));
    }
    if (keep_ == Keep::nothing) return;
    reports_.push_back(report);
    // A daemon's event names a statement when it begins.
    if (report.sql.empty()) reports_.back().sql = std::exchange(begun_, {});
}

void Progress::retrying(const apply::RetryReport& report) {
    const std::string what =
        report.doing.empty()
            ? fmt::format("{}:{}: {}", report.file, report.line, report.error.text())
            : fmt::format("{} while {}", report.error.text(), report.doing);
    std::string text = fmt::format("{}; trying again in {} ms (attempt {})", what,
                                   report.pause.count(), report.attempt + 1);
    if (!report.blockers.empty()) text += "; held by " + join(report.blockers, "; ");
    warn(text);
}

void Progress::blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                       apply::Milliseconds /*waited*/) {
    if (blockers.empty()) return;
    warn(fmt::format("{} waits for {}", step.revision, join(blockers, "; ")));
}

void Progress::step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) {
    line_.set({});
    times_.push_back({step.revision, elapsed});
}

void Progress::operation_ends() {
    line_.set({});
}

void Progress::note(const std::string& text) {
    info(text);
}

std::string step_line(const plan::PlanStep& step) {
    const bool up = step.direction == graph::Direction::upgrade;
    const std::string parents = join(step.parents, ", ");
    return fmt::format("Running {} {} -> {}{}{}", graph::to_string(step.direction),
                       up ? parents : step.revision, up ? step.revision : parents,
                       step.message.empty() ? "" : ", ", one_line(step.message));
}

std::string first_line(std::string_view sql, std::size_t limit) {
    std::string line(sql.substr(0, sql.find_first_of("\r\n")));
    const bool cut = line.size() < sql.size() || count_code_points(line) > limit;
    if (count_code_points(line) > limit) line.resize(offset_of_code_point(line, limit));
    return cut ? line + "…" : line;
}

}  // namespace revisiond::cli
