// SPDX-License-Identifier: Apache-2.0
#include "app/cli/export_command.h"

#include "app/base/file_kind.h"
#include "app/base/model_path.h"
#include "app/cli/adapters.h"
#include "app/cli/corpus_files.h"
#include "app/export/unread.h"
#include "app/jobs/fingerprints.h"
#include "app/jobs/run_request.h"
#include "app/session/action.h"
#include "app/session/action_kinds.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "app/style/locale.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/proof.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"
#include "core/model/fingerprint.h"

#include <array>
#include <condition_variable>
#include <mutex>

namespace regard::cli {
namespace {

SessionFile asked_session(const ExportCommand& command) {
  SessionFile file;
  if (!command.session.empty()) {
    refuse_other(command.session, FileKind::session);
    file = load_session(command.session);
  }
  Session session = file.session;
  const Reading saved = reading_of(session);
  if (command.model) session.model = *command.model;
  if (!command.adapters.empty()) {
    session.adapters.clear();
    for (const AdapterUse& adapter : command.adapters)
      session.adapters.push_back({std::filesystem::absolute(adapter.path).string(), adapter.strength});
  }
  if (session.model.empty()) session.model = place_of_model({}, command.adapters).string();
  if (command.model || command.captured != ReadingCapture{})
    session.captured = with_checkpoint(command.captured, model_path(session.model));
  if (command.text) session.text = *command.text;
  if (!command.image.empty()) session.image = std::filesystem::absolute(command.image).string();
  if (command.layer) session.head.layer = *command.layer;
  if (command.head) session.head.head = *command.head;
  if (command.attention) session.attention = *command.attention;
  if (command.shown) session.shown = *command.shown;
  if (command.cells) session.grid_weight = *command.cells;
  if (command.part) session.score_part = *command.part;
  if (command.router) session.router_map = *command.router;
  if (command.experts_by_load) session.experts_by_load = true;
  if (reading_of(session) != saved) file.proof = {};  // the numbers are of another run
  file.session = std::move(session);
  return file;
}

/// Says so where this machine does not show what the session was saved with.
void tell_differences(const Proof& proof, const Snapshot& snapshot, std::ostream& err) {
  if (proof == Proof{}) return;
  Fingerprints fingerprints;
  const Model& model = *snapshot.model;
  const ProofVerdict verdict =
      verdict_of(check_proof(proof, snapshot, fingerprints.of(model.folder).digits, adapters_fingerprint(model)));
  if (verdict.agrees || verdict.key.empty()) return;
  std::string sentence = tr(verdict.key);
  for (const auto& [name, value] : verdict.values)
    if (const std::size_t at = sentence.find("{" + name + "}"); at != std::string::npos)
      sentence.replace(at, name.size() + 2, value);
  err << "regard: " << sentence << ".\n";
}

/// Runs what the window would run and waits until it is complete.
std::shared_ptr<const Snapshot> snapshot_of(const Session& session) {
  std::mutex mutex;
  std::condition_variable woken;
  Worker worker([](const std::string& model) { return model_path(model).string(); },
                [&] {
                  const std::lock_guard lock(mutex);
                  woken.notify_one();
                });
  worker.post(run_request(session, assets_folder()));
  const auto complete = [&] {
    const std::shared_ptr<const Snapshot> latest = worker.latest();
    const bool moving = latest->comparison && latest->comparison->movements_pending;
    return latest->number > 0 && !latest->thumbnails_pending && !moving;
  };
  std::unique_lock lock(mutex);
  woken.wait(lock, complete);
  return worker.latest();
}

void check(const char* option, const std::optional<std::size_t>& index, std::size_t count, const std::string& model) {
  if (index && *index >= count)
    throw Error("heads_range", {model, option, std::to_string(count - 1), std::to_string(*index)});
}

Session with_selection(Session session, const ExportCommand& command, const Snapshot& snapshot) {
  const ActionContext context = action_context(snapshot, session);
  const std::string& name = snapshot.model->name;
  check("--layer", command.layer, context.layers, name);
  const ModelConfig& config = shown_config(snapshot, session);
  const std::size_t heads = command.layer ? config.heads(*command.layer) : context.heads;
  if (heads == 0) throw Error("layer_without_heads", {name, std::to_string(*command.layer)});
  check("--head", command.head, heads, name);
  check("--query", command.query, asking_encoding(snapshot, session).tokens.size(), name);
  check("--key", command.key, asked_encoding(snapshot, session).tokens.size(), name);
  if (command.query) session = apply(session, SelectQuery{*command.query}, context);
  if (command.key) session = apply(session, SelectKey{*command.key}, context);
  return session;
}

}  // namespace

void run_export(const ExportCommand& command, Streams streams) {
  ExportOptions options = command.options;
  const std::optional<ExportFormat> format = format_of(command.out);
  if (!format) throw Refusal(tr("cli.refusal.ending", {{"file", command.out.string()}}));
  options.format = *format;
  if (!options.against.empty()) options.against = model_path(options.against).string();
  const SessionFile file = asked_session(command);
  const Session& session = file.session;
  const std::shared_ptr<const Snapshot> snapshot = snapshot_of(session);
  if (snapshot->error) throw Error(*snapshot->error);
  if (!snapshot->trace) throw Refusal(tr("cli.refusal.no_token"));
  if (command.attention && !has_two_texts(*snapshot))
    throw Refusal(tr("cli.refusal.one_part", {{"model", snapshot->model->name}, {"option", "--attention"}}));
  if (snapshot->encoding.dropped > 0)
    streams.err << "regard: "
                << tr_plural("cli.remark.cut", snapshot->encoding.tokens.size(), {{"model", snapshot->model->name}})
                << '\n';
  tell_differences(file.proof, *snapshot, streams.err);
  prepare_export(snapshot, with_selection(session, command, *snapshot), options)(command.out);
  if (const std::optional<MeasuredText> measured = measured_text(*snapshot, options))
    tell_unread(*snapshot->model, {measured_sentences(*measured)}, streams.err);
}

}  // namespace regard::cli
