// SPDX-License-Identifier: Apache-2.0
// How the worker continues a text: a picture after every token, and at the end a trace that belongs to the text shown.
#include "app/jobs/worker_state.h"
#include "core/engine/generation.h"
#include "core/text/continuation.h"

#include <utility>

namespace regard {
namespace {

/// While a long text grows, its overview follows from time to time.
constexpr std::chrono::milliseconds thumbnails_every{500};

Generation::State state_of(GenerationEnd end) {
  switch (end) {
    case GenerationEnd::enough:
      return Generation::State::enough;
    case GenerationEnd::end_token:
      return Generation::State::end_token;
    case GenerationEnd::context:
      break;
  }
  return Generation::State::context;
}

}  // namespace

/// One continuation on its way. Lives in Worker::State::continue_text(), on the worker's thread.
class Worker::State::Writer {
public:
  Writer(State& worker, const RunRequest& request, Encoding prompt)
      : worker_(worker), request_(request), words_(*worker.model->tokenizer, std::move(prompt), request.add_special) {
    told_.number = request.generation;
    told_.prompt_tokens = words_.encoding().tokens.size();
    told_.wanted = request.generate->tokens;
  }

  void write() {
    try {
      const Generated done =
          continue_ids(worker_.model, asked_for(words_.encoding()), *request_.generate,
                       {[this](Request wanted, const std::shared_ptr<const Trace>& previous) {
                          return run(std::move(wanted), previous);
                        },
                        [this](const auto& read, std::span<const std::int32_t> made) { see(read, made); }});
      told_.state = state_of(done.end);
      if (done.ids.size() > told_.made) {  // the one behind a full context, which no run reads
        words_.add(done.ids.back());
        told_.made = done.ids.size();
      }
    } catch (const Cancelled&) {
      throw_if_stopped(stop_);  // something newer is wanted
      told_.state = Generation::State::stopped;
    }
    read_back();
    publish_last(make_snapshot(worker_.model, worker_.trace, *final_, stop_));
  }

private:
  /// The list of interventions stands on the words of the prompt, wherever the text goes.
  Request asked_for(const Encoding& encoding) {
    Request wanted = engine_request(request_, ids_of(encoding));
    left_out_.clear();
    wanted.interventions =
        worker_.interventions_on(encoding, request_, {.model = worker_.model, .pins = request_.pins}, left_out_);
    return wanted;
  }

  /// The prompt comes without a previous trace and is run afresh, as `regard generate` does: the same numbers to the last
  /// bit, so the same tokens.
  std::shared_ptr<const Trace> run(Request wanted, const std::shared_ptr<const Trace>& previous) {
    if (previous) worker_.keep_pace(step_began_, token_stop_);
    throw_if_stopped(token_stop_);
    step_began_ = Clock::now();
    Progress of_this_token;
    return worker_.tools.run(worker_.model, std::move(wanted), previous, token_stop_, &of_this_token);
  }

  void see(const std::shared_ptr<const Trace>& read, std::span<const std::int32_t> made) {
    const bool prompt = made.empty();
    worker_.note_step(*read, prompt ? nullptr : worker_.trace.get(),
                      prompt ? CacheStep::Why::prompt : CacheStep::Why::token, milliseconds_since(step_began_));
    worker_.trace = read;
    if (!prompt) words_.add(made.back());
    told_.made = made.size();
    worker_.progress.fraction = static_cast<float>(made.size() + 1) / static_cast<float>(told_.wanted + 1);

    const Encoding& encoding = words_.encoding();
    const bool later =
        encoding.tokens.size() > tokens_with_thumbnails_at_once && Clock::now() - thumbnails_made_ < thumbnails_every;
    const std::shared_ptr<const Snapshot> before = worker_.latest();
    auto snapshot = make_snapshot(worker_.model, read, encoding, token_stop_, later ? before.get() : nullptr);
    if (!snapshot->thumbnails_pending) thumbnails_made_ = Clock::now();
    publish(encoding, std::move(snapshot));
  }

  /// Reads the text as anybody would who types it, and runs it again where that gives other tokens.
  void read_back() {
    final_ = worker_.model->tokenizer->encode(
        words_.encoding().text, {.add_special = request_.add_special, .max_tokens = worker_.model->config.context});
    Request wanted = asked_for(*final_);
    if (worker_.trace && worker_.trace->request == wanted) return;
    const auto start = Clock::now();
    const auto again = worker_.tools.run(worker_.model, std::move(wanted), worker_.trace, stop_, &worker_.progress);
    worker_.note_step(*again, worker_.trace.get(), CacheStep::Why::text, milliseconds_since(start));
    worker_.trace = again;
    told_.read_again = told_.made > 0;
  }

  void complete(const Encoding& encoding, Snapshot& snapshot) const {
    snapshot.reading = request_;
    snapshot.reading.text = encoding.text;
    snapshot.source_model = request_.model;
    snapshot.source_text = encoding.text;
    snapshot.left_out = left_out_;
    snapshot.steps = worker_.steps;
    snapshot.milliseconds = worker_.steps.empty() ? 0.0 : worker_.steps.back().milliseconds;
    snapshot.generation = told_;
  }

  /// While the text grows it is shown alone: nothing is compared with half a sentence.
  void publish(const Encoding& encoding, std::shared_ptr<Snapshot> snapshot) {
    complete(encoding, *snapshot);
    worker_.publish(std::move(snapshot));
  }

  void publish_last(const std::shared_ptr<Snapshot>& snapshot) {
    complete(*final_, *snapshot);
    RunRequest whole = request_;
    whole.text = final_->text;
    snapshot->plain = worker_.read_plain(whole);
    worker_.live_read = worker_.publish_compared(whole, snapshot);
    worker_.live_reading = static_cast<const Reading&>(whole);
  }

  State& worker_;
  const RunRequest& request_;
  Continuation words_;
  Generation told_{};
  std::optional<Encoding> final_{};
  std::vector<LeftOut> left_out_{};
  std::stop_token stop_ = worker_.run_stop.get_token();
  std::stop_token token_stop_ = worker_.token_stop.get_token();
  Clock::time_point step_began_{};
  Clock::time_point thumbnails_made_{};
};

/// Sleeps until the pace allows the next token; the window may change it, pause, or stop meanwhile. All else goes on: between two
/// tokens the worker rests.
void Worker::State::keep_pace(Clock::time_point since, const std::stop_token& stop) {
  const auto due = [this, since] { return since + std::chrono::duration_cast<Clock::duration>(token_every); };
  std::unique_lock lock(mutex);
  const bool rests = paused || Clock::now() < due();
  if (!rests) return;
  doing = WorkerState::resting;
  lock.unlock();
  wake_window();
  lock.lock();
  while (!stop.stop_requested() && (paused || Clock::now() < due())) {
    const auto changed = [this, was = paced] { return paced != was; };
    if (paused)
      wake_up.wait(lock, stop, changed);
    else
      wake_up.wait_until(lock, stop, due(), changed);
  }
  doing = WorkerState::generating;
}

void Worker::State::continue_text(const RunRequest& request, Encoding prompt) {
  doing = WorkerState::generating;
  Writer(*this, request, std::move(prompt)).write();
}

}  // namespace regard
