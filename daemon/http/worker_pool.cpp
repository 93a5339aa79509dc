#include "http/worker_pool.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <exception>

namespace revisiond::http {
namespace {

Response internal_error() {
    return problem({500, "http.internal", "the server failed on this request; its log says why"});
}

}  // namespace

WorkerPool::WorkerPool(std::size_t workers, std::size_t queue, Counters& counters,
                       WorkerHooks hooks)
    : longest_queue_(queue), counters_(counters), hooks_(std::move(hooks)) {
    for (std::size_t i = 0; i < workers; ++i) {
        threads_.emplace_back([this] { run(); });
        ::pthread_setname_np(threads_.back().native_handle(), fmt::format("http-{}", i).c_str());
    }
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ready_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::submit(Job& job) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() >= longest_queue_) return false;
        queue_.push_back(std::move(job));
    }
    ++counters_.queued;
    ready_.notify_one();
    return true;
}

void WorkerPool::run() {
    Exchange exchange;
    for (;;) {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (ending_) return;
        Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        --counters_.queued;
        Outcome outcome = serve(exchange, job);
        ++counters_.handled;
        hooks_.finished({job.from, std::move(outcome)});
    }
}

Outcome WorkerPool::serve(Exchange& exchange, Job& job) const {
    const auto begun = std::chrono::steady_clock::now();
    Outcome outcome = exchange.run(job.head, [&](Request& request) -> Reply {
        request.parameters = std::move(job.admitted.parameters);
        request.principal = std::move(job.admitted.principal);
        request.address = std::move(job.address);
        request.body = std::move(job.body);
        try {
            return job.admitted.route->handler(request);
        } catch (const std::exception& error) {
            hooks_.report(fmt::format("{} {}: {}", request.method, job.admitted.route->pattern,
                                      error.what()));
        } catch (...) {
            hooks_.report(fmt::format("{} {}: an exception that is none of the standard library's",
                                      request.method, job.admitted.route->pattern));
        }
        return internal_error();
    });
    if (hooks_.observe) {
        const auto* response = std::get_if<SharedResponse>(&outcome);
        const auto elapsed = std::chrono::steady_clock::now() - begun;
        hooks_.observe({job.admitted.route->method, job.admitted.route->pattern,
                        response != nullptr ? (*response)->status : 200,
                        std::chrono::duration_cast<std::chrono::microseconds>(elapsed)});
    }
    return outcome;
}

}  // namespace revisiond::http
