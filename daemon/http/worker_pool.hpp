// The threads that run handlers. Internal to the room.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/counters.hpp"
#include "http/handler_runner.hpp"

namespace revisiond::http {

// What a worker made of a request.
struct Finished {
    Origin from;
    Outcome outcome;
};

// A fixed number of threads and a bounded queue.
class WorkerPool {
  public:
    // `finished` and the hooks are called by the workers.
    WorkerPool(std::size_t workers, std::size_t queue, Counters& counters, HandlerHooks hooks,
               std::function<void(Finished)> finished);
    ~WorkerPool();  // waits for what runs; what is queued is dropped

    // False, and the job unchanged, when the queue is full. Any thread.
    bool submit(Job& job);

  private:
    void run();

    const std::size_t longest_queue_;
    Counters& counters_;
    const HandlerHooks hooks_;
    const std::function<void(Finished)> finished_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> queue_;  // protected by mutex_
    bool ending_ = false;    // protected by mutex_
    std::vector<std::thread> threads_;
};

}  // namespace revisiond::http
