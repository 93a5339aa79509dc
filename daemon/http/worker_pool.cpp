#include "http/worker_pool.hpp"

#include <fmt/format.h>
#include <pthread.h>

namespace revisiond::http {

WorkerPool::WorkerPool(std::size_t workers, std::size_t queue, Counters& counters,
                       HandlerHooks hooks, std::function<void(Finished)> finished)
    : longest_queue_(queue),
      counters_(counters),
      hooks_(std::move(hooks)),
      finished_(std::move(finished)) {
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
    HandlerRunner runner(hooks_);
    for (;;) {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (ending_) return;
        Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        --counters_.queued;
        Outcome outcome = runner.run(job);
        ++counters_.handled;
        finished_({job.from, std::move(outcome)});
    }
}

}  // namespace revisiond::http
