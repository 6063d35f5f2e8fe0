// SPDX-License-Identifier: Apache-2.0
#include "app/shell/hand_over.h"

#include "app/session/session.h"
#include "core/model/fingerprint.h"
#include "core/model/model.h"

#include <utility>

namespace regard::shell {
namespace {

/// A file that says nothing about its model is better than none.
void add_fingerprint(Proof& proof, Fingerprints& fingerprints, const Model& model) {
  try {
    const Fingerprints::Known known = fingerprints.of(model.folder);
    proof.fingerprint = known.digits;
    proof.bytes = known.bytes;
    proof.adapters = adapters_fingerprint(model);
  } catch (const Error&) {
    proof.fingerprint.clear();
  }
}

}  // namespace

bool HandOver::save(Session session, std::shared_ptr<const Snapshot> snapshot, std::filesystem::path path) {
  if (saving_.under_way()) return false;
  saved_ = path;
  saving_.begin(
      [session = std::move(session), snapshot = std::move(snapshot), path = std::move(path),
       fingerprints = fingerprints_] {
        SessionFile file{session, {}};
        if (snapshot && snapshot->model) {
          file.proof = make_proof(*snapshot, session);
          add_fingerprint(file.proof, *fingerprints, *snapshot->model);
        }
        save_session(file, path);
        return path;
      },
      wake_);
  return true;
}

std::optional<HandOver::Saved> HandOver::take_saved() {
  const std::optional<Brought<std::filesystem::path>> outcome = saving_.take();
  if (!outcome) return std::nullopt;
  return Saved{saved_, outcome->problem};
}

void HandOver::expect(Proof proof, Reading reading) {
  proof_.reset();
  if (proof != Proof{}) proof_ = std::move(proof);
  expected_ = std::move(reading);
}

void HandOver::shown(const std::shared_ptr<const Snapshot>& snapshot, const Session& session) {
  if (!proof_ || checking_.under_way() || searching_.under_way()) return;
  if (reading_of(session) != expected_) {
    proof_.reset();  // somebody went on from there
    return;
  }
  if (!snapshot->model || snapshot->source_model != expected_.model) return;
  checking_.begin(
      [proof = *std::exchange(proof_, std::nullopt), snapshot, fingerprints = fingerprints_, stop = stop_.get_token()] {
        const Model& model = *snapshot->model;
        return verdict_of(check_proof(proof, *snapshot, fingerprints->of(model.folder, stop).digits,
                                      adapters_fingerprint(model, stop)));
      },
      wake_);
}

std::optional<ProofVerdict> HandOver::take_verdict() {
  const std::optional<Brought<ProofVerdict>> outcome = checking_.take();
  if (!outcome) return std::nullopt;
  return outcome->value.value_or(ProofVerdict{});  // none where the model's files went away under the run
}

bool HandOver::look_for(const std::string& missing, std::filesystem::path built_in,
                        std::vector<std::filesystem::path> recent) {
  if (!proof_ || proof_->fingerprint.empty() || searching_.under_way() || expected_.model != missing) return false;
  missing_ = missing;
  searching_.begin(
      [digits = proof_->fingerprint, bytes = proof_->bytes, built_in = std::move(built_in), recent = std::move(recent),
       fingerprints = fingerprints_, stop = stop_.get_token()] {
        std::vector<ModelEntry> known = list_models(built_in, recent);
        for (const std::filesystem::path& folder : recent)
          known.push_back({.folder = folder});
        return fingerprints->find(digits, bytes, known, stop);
      },
      wake_);
  return true;
}

std::optional<HandOver::Search> HandOver::take_search() {
  const auto outcome = searching_.take();
  if (!outcome) return std::nullopt;
  const Search search{missing_, outcome->value.value_or(std::nullopt)};  // none where the disk vanished, too
  if (search.found) expected_.model = search.found->string();
  if (!search.found) proof_.reset();
  return search;
}

}  // namespace regard::shell
