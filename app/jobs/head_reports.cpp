// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/head_reports.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/base/sha256.h"
#include "core/base/text_file.h"
#include "core/model/fingerprint.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestReport = std::size_t{64} << 20U;  // bytes
constexpr std::size_t kLargestCorpus = std::size_t{256} << 20U;
constexpr std::size_t kKeptReports = 48;

/// "<model>-<corpus>.json": what the numbers follow from, but for the program itself (the report's version sees to that).
fs::path report_path(const Model& model, const fs::path& corpus, const fs::path& folder, const std::stop_token& stop) {
  constexpr std::size_t kDigits = 32;
  Sha256 hash;
  hash.add(corpus.extension().string());
  hash.add(read_file(corpus, kLargestCorpus));
  const std::string digits = fingerprint_of(model, stop);
  return folder / (digits.substr(0, kDigits) + "-" + hash.finish().substr(0, kDigits) + ".json");
}

std::optional<HeadReport> kept_report(const fs::path& path, const Model& reader) {
  try {
    std::optional<HeadReport> kept = read_head_report(read_file(path, kLargestReport));
    if (kept && (kept->layers != reader.config.layers || kept->heads != most_heads(reader.config))) return std::nullopt;
    return kept;
  } catch (const Error&) {
    return std::nullopt;  // not kept, or out of reach
  }
}

void remove_oldest(const fs::path& folder) {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".json") files.emplace_back(entry.last_write_time(error), entry.path());
  if (files.size() <= kKeptReports) return;
  std::sort(files.begin(), files.end());
  for (std::size_t index = 0; index + kKeptReports < files.size(); ++index)
    fs::remove(files[index].second, error);
}

void keep(const HeadReport& report, const fs::path& path) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  try {
    write_file_atomically(path, head_report_text(report));
  } catch (const Error&) {
    return;  // nothing is lost: it is measured again
  }
  remove_oldest(path.parent_path());
}

}  // namespace

fs::path head_reports_folder() {
  // The XDG specification: a relative path in the variable is to be ignored.
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && fs::path(cache).is_absolute())
    return fs::path(cache) / "regard" / "heads";
  const char* home = std::getenv("HOME");
  if (home == nullptr || !fs::path(home).is_absolute()) return {};
  return fs::path(home) / ".cache" / "regard" / "heads";
}

HeadReport head_report_of(const std::shared_ptr<const Model>& model, const fs::path& corpus, const fs::path& folder,
                          const std::stop_token& stop, Progress* progress, const std::function<void()>& between) {
  const bool keeps = !folder.empty() && !model->folder.empty();  // a model made in memory has no files
  for (const auto& file : model->files)  // the files on disk are what is in memory, or this is an error
    file->check_unchanged();
  const fs::path path = keeps ? report_path(*model, corpus, folder, stop) : fs::path{};
  if (keeps)
    if (std::optional<HeadReport> kept = kept_report(path, *reader_of(model))) {
      kept->corpus = corpus.filename().string();  // its sentences may have been read under another name
      return std::move(*kept);
    }
  const Corpus read = load_corpus(corpus);
  HeadReport report = make_head_report(measure_corpus(model, read, stop, progress, between), read.name);
  if (keeps) keep(report, path);
  return report;
}

}  // namespace regard
