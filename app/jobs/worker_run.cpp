// SPDX-License-Identifier: Apache-2.0
// What the worker does with one request: load the model, read the pins and the live text, compare, publish.
#include "app/base/built_in_adapters.h"
#include "app/base/given_path.h"
#include "app/jobs/captured.h"
#include "app/jobs/error_from.h"
#include "app/jobs/worker_state.h"
#include "app/session/kept.h"
#include "app/viewmodel/comparison.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t most_steps = 512;

/// The model with its adapters as strong as the reading wants them; itself where they are.
std::shared_ptr<const Model> at_strengths_of(const Reading& reading, const std::shared_ptr<const Model>& model) {
  const std::vector<float> strengths = strengths_of(reading);
  const auto is_so = [](const ModelAdapter& adapter, float strength) { return adapter.strength == strength; };
  const bool same =
      std::equal(model->adapters.begin(), model->adapters.end(), strengths.begin(), strengths.end(), is_so);
  return same || model->adapters.size() != strengths.size() ? model : at_strengths(*model, strengths);
}

}  // namespace

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

std::shared_ptr<const Model> Worker::State::load(const Reading& reading) {
  const ModelSource source = source_of(reading);
  if (model && model_source == source) return at_strengths_of(reading, model);
  if (other_model && other_source == source) return at_strengths_of(reading, other_model);
  const WorkerState before = doing;
  enter(WorkerState::loading_model);
  if (reading.captured != ReadingCapture{} && is_capture(resolve_model(reading.model))) {
    CaptureChoices choices = capture_choices(reading.captured);
    if (!reading.captured.checkpoint.empty()) choices.checkpoint = resolve_model(reading.captured.checkpoint);
    std::shared_ptr<const Model> captured =
        tools.load_captured(resolve_model(reading.model), choices, load_stop.get_token(), &progress);
    enter(before);
    return captured;
  }
  std::vector<AdapterUse> adapters;
  for (const ReadingAdapter& adapter : reading.adapters)
    adapters.push_back({adapter_path(adapter.path), adapter.strength});
  std::shared_ptr<const Model> loaded =
      tools.load(resolve_model(reading.model), adapters, load_stop.get_token(), &progress);
  enter(before);
  return loaded;
}

void Worker::State::fetch_model(const RunRequest& request) {
  const ModelSource source = source_of(request);
  std::shared_ptr<const Model> loaded = load(request);
  if (loaded == model) return;
  const bool other = model_source != source;
  const bool keeps = std::any_of(request.pins.begin(), request.pins.end(),
                                 [this](const Pin& pin) { return source_of(pin.reading) == model_source; });
  if (other && keeps) {
    other_model = std::exchange(model, nullptr);
    other_source = model_source;
  } else if (loaded == other_model) {
    other_model.reset();
  }
  model = std::move(loaded);
  model_source = source;
  if (other) plain_model.reset();
  trace.reset();
  written.reset();
  steps.clear();
}

void Worker::State::note_step(const Trace& now, const Trace* before, CacheStep::Why why, double milliseconds) {
  const std::size_t old = before != nullptr ? before->tokens() : 0;
  if (why == CacheStep::Why::text && now.reused_tokens == now.tokens() && old == now.tokens()) return;
  if (why == CacheStep::Why::prompt) steps.clear();
  if (steps.size() == most_steps) steps.erase(steps.begin());
  steps.push_back({why, now.tokens(), now.reused_tokens, old - std::min(old, now.reused_tokens), milliseconds});
}

const Worker::State::Kept* Worker::State::find_kept(const std::string& name) const {
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const Kept& each) { return each.name == name; });
  return found == kept.end() ? nullptr : &*found;
}

/// Pins take numbers from earlier ones only, so they are read in their order; what changed in an earlier one is read again by
/// those that take from it. A pin that failed is not tried again with every key, but when it has been out of use in between.
void Worker::State::read_pins(const RunRequest& request) {
  std::vector<Kept> before = std::exchange(kept, {});
  for (const Pin& pin : request.pins) {
    const auto sources_changed = [&](const Kept& old) {
      return std::any_of(pin.reading.interventions.begin(), pin.reading.interventions.end(), [&](const auto& each) {
        const Kept* source = find_kept(each.item.source_name);
        return each.on && source != nullptr &&
               std::find(old.sources.begin(), old.sources.end(), source->snapshot) == old.sources.end();
      });
    };
    const auto same = std::find_if(before.begin(), before.end(), [&](const Kept& old) {
      return (old.snapshot || old.error) && old.reading == pin.reading && !sources_changed(old);
    });
    if (same != before.end()) {
      kept.push_back(*same);
      kept.back().name = pin.name;
    } else {
      kept.push_back(read_pin(pin));
    }
  }
  const bool needed = std::any_of(kept.begin(), kept.end(),
                                  [this](const Kept& each) { return source_of(each.reading) == other_source; });
  if (!needed && other_source != model_source) other_model.reset();
}

/// The live text as it was read last, alone, if that is what is asked for; null else. What takes numbers from pins is read anew.
std::shared_ptr<const Snapshot> Worker::State::just_read(const Reading& reading) const {
  const bool alone = std::all_of(reading.interventions.begin(), reading.interventions.end(),
                                 [](const PlacedIntervention& each) { return each.item.source_name.empty(); });
  if (!live_read || !alone || live_read->model != model || live_reading != reading) return nullptr;
  auto snapshot = std::make_shared<Snapshot>(*live_read);
  snapshot->comparison.reset();
  snapshot->plain.reset();
  snapshot->steps.clear();
  return snapshot;
}

Worker::State::Kept Worker::State::read_pin(const Pin& pin) {
  Kept result{.name = pin.name, .reading = pin.reading};
  for (const Kept& earlier : kept)
    if (earlier.snapshot) result.sources.push_back(earlier.snapshot);
  result.snapshot = just_read(pin.reading);
  if (result.snapshot) return result;
  try {
    std::shared_ptr<const Model> reader = load(pin.reading);
    if (source_of(pin.reading) != model_source) {
      other_model = reader;
      other_source = source_of(pin.reading);
    }
    result.snapshot = read(pin.reading, {.model = std::move(reader), .stop = run_stop.get_token()});
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& thrown) {
    result.error = error_from(thrown);
  }
  return result;
}

/// The live text as it would be unchanged; null where nothing changes it. Kept until the text is another.
std::shared_ptr<const Snapshot> Worker::State::read_plain(const RunRequest& request) {
  Reading reading = unchanged(request);
  if (!intervenes(request) && strengths_of(reading) == strengths_of(request)) {
    plain.reset();
    return nullptr;
  }
  // Kept beside the model, so that a text that grows is read on.
  const std::shared_ptr<const Model> kept_model = plain_model ? plain_model : model;
  const std::shared_ptr<const Model> reader = at_strengths_of(reading, intervenes(request) ? model : kept_model);
  if (reader != model) plain_model = reader;
  if (plain && plain->model == reader && plain_reading == reading) return plain;
  const std::shared_ptr<const Trace> previous = plain && plain->model == reader ? plain->trace : trace;
  plain = read(reading, {.model = reader, .previous = previous, .stop = run_stop.get_token()});
  plain_reading = std::move(reading);
  return plain;
}

std::shared_ptr<const Comparison> Worker::State::comparison_of(const RunRequest& request, const Snapshot& live) const {
  const auto pin = std::find_if(request.pins.begin(), request.pins.end(),
                                [&](const Pin& each) { return each.name == request.baseline; });
  if (pin == request.pins.end())
    return live.plain ? std::make_shared<Comparison>(compare(live.plain, live, "")) : nullptr;
  const Kept* baseline = find_kept(pin->name);
  if (baseline->snapshot) return std::make_shared<Comparison>(compare(baseline->snapshot, live, pin->name, pin->pairs));
  return std::make_shared<Comparison>(Comparison{.name = pin->name, .error = baseline->error});
}

/// Publishes at once what is there at once; of a long text the overview follows, then the movements of the heads.
std::shared_ptr<const Snapshot> Worker::State::publish_compared(const RunRequest& request,
                                                                const std::shared_ptr<Snapshot>& snapshot) {
  const std::stop_token stop = run_stop.get_token();
  const bool later = snapshot->thumbnails_pending;
  std::shared_ptr<const Comparison> comparison = comparison_of(request, *snapshot);
  if (comparison && comparison->baseline) {
    auto complete = std::make_shared<Comparison>(*comparison);
    complete->movements_pending = later;
    if (!later) add_movements(*complete, *snapshot, stop);
    comparison = std::move(complete);
  }
  snapshot->comparison = comparison;
  if (!later) {
    publish(snapshot);
    return snapshot;
  }

  auto pictured = std::make_shared<Snapshot>(*snapshot);
  publish(snapshot);
  add_thumbnails(*pictured, stop);
  pictured->thumbnails_pending = false;
  publish(pictured);
  if (!comparison || !comparison->baseline) return pictured;

  auto complete = std::make_shared<Snapshot>(*pictured);
  auto moved = std::make_shared<Comparison>(*comparison);
  progress.fraction = 0.0F;  // whoever types on need not wait for this
  add_movements(*moved, *complete, stop);
  complete->comparison = std::move(moved);
  publish(complete);
  return complete;
}

void Worker::State::run(const RunRequest& request) {
  enter(WorkerState::running);
  const std::stop_token stop = run_stop.get_token();
  throw_if_stopped(stop);  // typed on while the model was loading: only the newest text counts
  read_pins(request);
  Generation too_long{Generation::State::context, request.generation};
  if (request.generate && !model->encoder) {
    Encoding prompt = model->tokenizer->encode(
        request.text,
        {.add_special = request.add_special || model->config.patches, .max_tokens = model->config.context});
    if (prompt.dropped == 0) return continue_text(request, prompt_of(std::move(prompt)));
  }
  const std::shared_ptr<const Snapshot> without = read_plain(request);
  const std::shared_ptr<const Snapshot> before = latest();
  // Where only the list changed, the run before has all the layers under the first change; else the plain one has.
  const bool same_text = without && trace && without->trace && trace->request.ids == without->trace->request.ids &&
                         trace->model == without->trace->model;
  const std::shared_ptr<const Trace> previous = without && !same_text ? without->trace : trace;
  std::shared_ptr<Snapshot> snapshot = read(request, {.model = model,
                                                      .previous = previous,
                                                      .thumbnails = before.get(),
                                                      .stop = stop,
                                                      .pins = request.pins,
                                                      .told = &tokens});
  if (snapshot->trace) {
    note_step(*snapshot->trace, trace.get(), CacheStep::Why::text, snapshot->milliseconds);
    trace = snapshot->trace;
  }
  snapshot->plain = without;
  snapshot->steps = steps;
  if (request.generate && !model->encoder) {  // the text alone is too long for the model
    too_long.prompt_tokens = snapshot->encoding.tokens.size();
    snapshot->generation = too_long;
  }
  live_read = publish_compared(request, snapshot);
  live_reading = static_cast<const Reading&>(request);
}

}  // namespace regard
