// SPDX-License-Identifier: Apache-2.0
#include "app/shell/hand_over.h"

#include "app/jobs/error_from.h"
#include "core/model/model.h"

#include <chrono>
#include <utility>

namespace regard::shell {
namespace {

template <class Value>
std::optional<Value> taken(std::future<Value>& coming) {
  if (!coming.valid() || coming.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return std::nullopt;
  return coming.get();
}

/// A file that says nothing about its model is better than none.
void add_fingerprint(Proof& proof, Fingerprints& fingerprints, const std::filesystem::path& model) {
  try {
    const Fingerprints::Known known = fingerprints.of(model);
    proof.fingerprint = known.digits;
    proof.bytes = known.bytes;
  } catch (const Error&) {
    proof.fingerprint.clear();
  }
}

}  // namespace

bool HandOver::save(Session session, std::shared_ptr<const Snapshot> snapshot, std::filesystem::path path) {
  if (saving_.valid()) return false;
  saving_ = std::async(std::launch::async, [session = std::move(session), snapshot = std::move(snapshot),
                                            path = std::move(path), fingerprints = fingerprints_, wake = wake_] {
    Saved saved{path, std::nullopt};
    try {
      SessionFile file{session, {}};
      if (snapshot && snapshot->model) {
        file.proof = make_proof(*snapshot, session);
        add_fingerprint(file.proof, *fingerprints, snapshot->model->folder);
      }
      save_session(file, path);
    } catch (const std::exception& thrown) {
      saved.problem = error_from(thrown);
    }
    wake();
    return saved;
  });
  return true;
}

std::optional<HandOver::Saved> HandOver::take_saved() {
  return taken(saving_);
}

void HandOver::expect(Proof proof, Reading reading) {
  proof_.reset();
  if (proof != Proof{}) proof_ = std::move(proof);
  expected_ = std::move(reading);
}

void HandOver::shown(const std::shared_ptr<const Snapshot>& snapshot, const Session& session) {
  if (!proof_ || checking_.valid() || searching_.valid()) return;
  if (reading_of(session) != expected_) {
    proof_.reset();  // somebody went on from there
    return;
  }
  if (!snapshot->model || snapshot->source_model != expected_.model) return;
  checking_ = std::async(std::launch::async, [proof = *std::exchange(proof_, std::nullopt), snapshot,
                                              fingerprints = fingerprints_, wake = wake_, stop = stop_.get_token()] {
    ProofVerdict verdict;
    try {
      verdict = verdict_of(check_proof(proof, *snapshot, fingerprints->of(snapshot->model->folder, stop).digits));
    } catch (const std::exception&) {  // the model's files went away under the run
      verdict = {};
    }
    wake();
    return verdict;
  });
}

std::optional<ProofVerdict> HandOver::take_verdict() {
  return taken(checking_);
}

bool HandOver::look_for(const std::string& missing, std::filesystem::path built_in,
                        std::vector<std::filesystem::path> recent) {
  if (!proof_ || proof_->fingerprint.empty() || searching_.valid() || expected_.model != missing) return false;
  searching_ = std::async(std::launch::async, [missing, digits = proof_->fingerprint, bytes = proof_->bytes,
                                               built_in = std::move(built_in), recent = std::move(recent),
                                               fingerprints = fingerprints_, wake = wake_, stop = stop_.get_token()] {
    Search search{missing, std::nullopt};
    try {
      std::vector<ModelEntry> known = list_models(built_in, recent);
      for (const std::filesystem::path& folder : recent)
        known.push_back({.folder = folder});
      search.found = fingerprints->find(digits, bytes, known, stop);
    } catch (const std::exception&) {  // cancelled, or the disk vanished: not found
      search.found.reset();
    }
    wake();
    return search;
  });
  return true;
}

std::optional<HandOver::Search> HandOver::take_search() {
  std::optional<Search> search = taken(searching_);
  if (search && search->found) expected_.model = search->found->string();
  if (search && !search->found) proof_.reset();
  return search;
}

}  // namespace regard::shell
