#include "http/hub_thread.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>

namespace revisiond::http {
namespace {

constexpr std::uint64_t hub_bell_tag = 0;
constexpr std::string_view stream_begin = "retry: 2000\n\n";
constexpr std::string_view heartbeat_comment = ":\n\n";

// What a callback answers; a 500 when it throws.
SharedResponse call(const std::function<SharedResponse()>& callback) {
    try {
        return callback();
    } catch (...) {
        return render(problem({500, "http.internal", "the server failed on this request"}));
    }
}

}  // namespace

HubThread::HubThread(HubLimits limits, Counters& counters, std::function<void(Leaving)> leaving)
    : limits_(limits), counters_(counters), leaving_(std::move(leaving)) {
    if (!poller_.add(bell_.fd(), EPOLLIN, hub_bell_tag))
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    thread_ = std::thread([this] { run(); });
    ::pthread_setname_np(thread_.native_handle(), "http-hub");
}

HubThread::~HubThread() {
    stop();
}

void HubThread::stop() {
    if (!thread_.joinable()) return;
    inbox_.lock()->stopping = true;
    bell_.ring();
    thread_.join();
}

void HubThread::park(Parking parking) {
    {
        const auto inbox = inbox_.lock();
        if (!inbox->closed) inbox->arrivals.push_back(std::move(parking));
    }
    // Still whole when the hub has closed: back it goes.
    if (parking.client.socket) return leaving_({std::move(parking.client), false});
    bell_.ring();
}

void HubThread::run() {
    while (!stopping_) {
        for (const epoll_event& event : poller_.wait(patience())) {
            if (event.data.u64 == hub_bell_tag) {
                bell_.clear();
                continue;
            }
            const auto found = parked_.find(event.data.u64);
            if (found == parked_.end()) continue;
            if ((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
                leave(found->second, false);
            else
                flush(found->second);
        }
        read_inbox();
        const auto now = Clock::now();
        while (!timers_.empty() && timers_.begin()->first <= now)
            expire(parked_.at(timers_.begin()->second));
    }
    finish_all();
}

std::optional<std::chrono::milliseconds> HubThread::patience() const {
    if (timers_.empty()) return std::nullopt;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
    return std::max(left, std::chrono::milliseconds{0});
}

void HubThread::read_inbox() {
    pulse_.answer();
    Inbox inbox = std::exchange(*inbox_.lock(), {});
    stopping_ = inbox.stopping;
    if (inbox.security) {
        security_ = std::move(inbox.security);
        std::vector<Id> all;
        for (const auto& [id, parked] : parked_) all.push_back(id);
        for (const Id id : all) admit(parked_.at(id));
    }
    for (Parking& parking : inbox.arrivals) arrive(std::move(parking));
    for (const std::string& topic : inbox.announced) {
        const auto found = polls_.find(topic);
        if (found == polls_.end()) continue;
        const std::vector<Id> waiting(found->second.begin(), found->second.end());
        for (const Id id : waiting) ask(parked_.at(id));
    }
    for (const Id id : inbox.posted)
        if (const auto found = parked_.find(id); found != parked_.end()) flush(found->second);
}

void HubThread::arrive(Parking parking) {
    const Id id = ++last_id_;
    if (!poller_.add(parking.client.socket.get(), EPOLLRDHUP, id))
        return leaving_({std::move(parking.client), false});
    Parked& parked = parked_[id];
    parked.id = id;
    parked.client = std::move(parking.client);
    parked.until = std::move(parking.until);
    parked.pass = parking.pass;
    parked.keep_alive = parking.keep_alive;
    parked.head_only = parking.head_only;
    parked.output = std::move(parking.output);
    const auto now = Clock::now();
    if (auto* poll = std::get_if<LongPoll>(&parked.until)) {
        ++counters_.waiting;
        polls_[poll->topic].insert(id);
        set_timer(parked, now + std::min(poll->patience, limits_.longest_wait));
        if (admit(parked)) ask(parked);
    } else if (auto* held = std::get_if<HeldBack>(&parked.until)) {
        set_timer(parked, now + held->delay);
        admit(parked);
    } else {
        ++counters_.streams;
        auto& stream = std::get<EventStream>(parked.until);
        parked.output += event_stream_head(date_.now());
        parked.finishing = stream.ended || parked.head_only;
        if (!parked.head_only) (parked.output += stream_begin) += std::exchange(stream.replay, {});
        stream.subscription.mailbox()->set_reader(id);
        set_timer(parked, now + limits_.heartbeat);
        if (admit(parked)) flush(parked);
    }
}

bool HubThread::is_admitted(const Parked& parked) const {
    return std::chrono::system_clock::now() < parked.admitted_until;
}

bool HubThread::admit(Parked& parked) {
    const auto until = admitted_until(*security_, parked.pass, std::chrono::system_clock::now());
    parked.admitted_until = until.value_or(std::chrono::system_clock::time_point::min());
    if (until) return true;
    turn_out(parked);
    return false;
}

// A stream just ends, also one whose client takes nothing: whoever comes back is told why.
void HubThread::turn_out(Parked& parked) {
    static const SharedResponse denied =
        render(problem({401, "http.bad-token", "the token was taken back or has expired"}));
    if (std::holds_alternative<LongPoll>(parked.until) && !parked.finishing)
        return answer(parked, denied);
    leave(parked, false);
}

void HubThread::ask(Parked& parked) {
    if (parked.finishing) return;
    if (!is_admitted(parked)) return turn_out(parked);
    if (const SharedResponse response = call(std::get<LongPoll>(parked.until).ask))
        answer(parked, response);
}

void HubThread::expire(Parked& parked) {
    if (parked.blocked) {  // nothing was taken for too long
        ++counters_.dropped_consumers;
        return leave(parked, false);
    }
    if (!is_admitted(parked)) return turn_out(parked);
    if (const auto* poll = std::get_if<LongPoll>(&parked.until))
        return answer(parked, call(poll->late));
    if (const auto* held = std::get_if<HeldBack>(&parked.until))
        return answer(parked, held->response);
    parked.output += heartbeat_comment;
    set_timer(parked, Clock::now() + limits_.heartbeat);
    flush(parked);
}

void HubThread::answer(Parked& parked, const SharedResponse& response) {
    parked.finishing = true;
    append(parked.output, *response, date_.now(), parked.head_only, parked.keep_alive);
    flush(parked);
}

bool HubThread::flush(Parked& parked) {
    if (const auto* stream = std::get_if<EventStream>(&parked.until);
        stream != nullptr && stream->subscription.mailbox()->spoilt()) {
        ++counters_.dropped_consumers;
        leave(parked, false);
        return false;
    }
    if (!parked.finishing && !is_admitted(parked)) {
        turn_out(parked);
        return false;
    }
    for (;;) {
        while (parked.sent < parked.output.size()) {
            const ssize_t count =
                ::send(parked.client.socket.get(), parked.output.data() + parked.sent,
                       parked.output.size() - parked.sent, MSG_NOSIGNAL);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && errno != EAGAIN) {
                leave(parked, false);
                return false;
            }
            if (count < 0) {
                if (!parked.blocked)
                    poller_.modify(parked.client.socket.get(), EPOLLRDHUP | EPOLLOUT, parked.id);
                parked.blocked = true;
                set_timer(parked, Clock::now() + limits_.stalled);
                return true;
            }
            parked.sent += static_cast<std::size_t>(count);
        }
        parked.output.clear();
        parked.sent = 0;
        if (std::exchange(parked.blocked, false)) {
            poller_.modify(parked.client.socket.get(), EPOLLRDHUP, parked.id);
            set_timer(parked, Clock::now() + limits_.heartbeat);
        }
        if (parked.finishing) {
            leave(parked, true);
            return false;
        }
        if (!refill(parked)) return true;
    }
}

// Moves what came into a stream's output; false when there is nothing to send.
bool HubThread::refill(Parked& parked) {
    auto* stream = std::get_if<EventStream>(&parked.until);
    if (stream == nullptr) return false;
    for (const Posted& posted : stream->subscription.mailbox()->take()) {
        if (posted.id != 0 && posted.id <= stream->after) continue;
        parked.output += *posted.text;
        parked.finishing = parked.finishing || posted.last;
        stream->after = std::max(stream->after, posted.id);
    }
    return !parked.output.empty();
}

void HubThread::set_timer(Parked& parked, Clock::time_point when) {
    timers_.erase({parked.timer, parked.id});
    parked.timer = when;
    timers_.insert({when, parked.id});
}

void HubThread::leave(Parked& parked, bool answered) {
    if (const auto* poll = std::get_if<LongPoll>(&parked.until)) {
        --counters_.waiting;
        const auto found = polls_.find(poll->topic);
        found->second.erase(parked.id);
        if (found->second.empty()) polls_.erase(found);
    } else if (std::holds_alternative<EventStream>(parked.until)) {
        --counters_.streams;
    }
    timers_.erase({parked.timer, parked.id});
    poller_.remove(parked.client.socket.get());
    const bool stays =
        answered && parked.keep_alive && !std::holds_alternative<EventStream>(parked.until);
    Leaving leaving{std::move(parked.client), stays};
    parked_.erase(parked.id);
    leaving_(std::move(leaving));
}

void HubThread::finish_all() {
    while (!parked_.empty()) {
        Parked& parked = parked_.begin()->second;
        const Id id = parked.id;
        parked.keep_alive = false;
        if (!parked.finishing && !std::holds_alternative<EventStream>(parked.until)) expire(parked);
        if (const auto left = parked_.find(id); left != parked_.end()) leave(left->second, false);
    }
    std::vector<Parking> late;
    {
        const auto inbox = inbox_.lock();
        inbox->closed = true;
        late = std::move(inbox->arrivals);
    }
    for (Parking& parking : late) leaving_({std::move(parking.client), false});
}

void HubThread::secure(std::shared_ptr<const Security> security) {
    inbox_.lock()->security = std::move(security);
    bell_.ring();
}

bool HubThread::is_alive(std::chrono::seconds patience) {
    return pulse_.beats(bell_, patience);
}

Subscription HubThread::subscribe(std::string topic) {
    auto mailbox = std::make_shared<Mailbox>(limits_.mailbox_bytes);
    (*topics_.lock())[std::move(topic)].push_back(mailbox);
    return Subscription(std::move(mailbox));
}

void HubThread::publish(const std::string& topic, const Event& event) {
    const Posted posted{event.id, std::make_shared<const std::string>(to_sse(event)), event.last};
    std::vector<Id> readers;
    {
        const auto topics = topics_.lock();
        const auto found = topics->find(topic);
        if (found == topics->end()) return;
        std::erase_if(found->second, [&](const std::weak_ptr<Mailbox>& weak) {
            const std::shared_ptr<Mailbox> mailbox = weak.lock();
            if (!mailbox) return true;
            if (const Id reader = mailbox->post(posted); reader != 0) readers.push_back(reader);
            return false;
        });
        if (found->second.empty()) topics->erase(found);
    }
    if (readers.empty()) return;
    {
        const auto inbox = inbox_.lock();
        inbox->posted.insert(inbox->posted.end(), readers.begin(), readers.end());
    }
    bell_.ring();
}

void HubThread::announce(const std::string& topic) {
    inbox_.lock()->announced.insert(topic);
    bell_.ring();
}

std::vector<std::string> HubThread::topics() const {
    std::vector<std::string> names;
    const auto topics = topics_.lock();
    for (auto& [topic, mailboxes] : *topics) {
        std::erase_if(mailboxes, [](const auto& weak) { return weak.expired(); });
        if (!mailboxes.empty()) names.push_back(topic);
    }
    std::erase_if(*topics, [](const auto& entry) { return entry.second.empty(); });
    return names;
}

std::string to_sse(const Event& event) {
    std::string text;
    if (event.id != 0) text += "id: " + std::to_string(event.id) + "\n";
    text += "event: " + event.type + "\n";
    std::string_view data = event.data;
    for (;;) {
        const std::size_t end = data.find('\n');
        ((text += "data: ") += data.substr(0, end)) += "\n";
        if (end == std::string_view::npos) break;
        data.remove_prefix(end + 1);
    }
    return text += "\n";
}

}  // namespace revisiond::http
