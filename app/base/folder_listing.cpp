// SPDX-License-Identifier: Apache-2.0
#include "app/base/folder_listing.h"

#include "app/base/given_path.h"
#include "core/model/checkpoint_series.h"
#include "core/text/unicode.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace regard {
namespace {

namespace fs = std::filesystem;

/// Names are compared and searched in lower case.
std::string folded(std::string_view name) {
  std::string result;
  for (std::size_t at = 0; at < name.size();) {
    const DecodedCharacter character = decode_utf8(name, at);
    append_lower_case(result, character.code);
    at += character.length;
  }
  return result;
}

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

/// The digits that start at `at`, without leading zeros.
std::string_view digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end]))
    ++end;
  while (at + 1 < end && text[at] == '0')
    ++at;
  return text.substr(at, end - at);
}

std::size_t after_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at]))
    ++at;
  return at;
}

int sign(int value) {
  return (value > 0) - (value < 0);
}

/// Both in lower case.
int compare_folded(std::string_view first, std::string_view second) {
  std::size_t left = 0, right = 0;
  while (left < first.size() && right < second.size()) {
    if (is_digit(first[left]) && is_digit(second[right])) {
      const std::string_view one = digits_at(first, left), other = digits_at(second, right);
      if (one.size() != other.size()) return one.size() < other.size() ? -1 : 1;
      if (const int order = one.compare(other); order != 0) return sign(order);
      left = after_digits(first, left);
      right = after_digits(second, right);
      continue;
    }
    const auto one = static_cast<unsigned char>(first[left++]), other = static_cast<unsigned char>(second[right++]);
    if (one != other) return one < other ? -1 : 1;
  }
  return static_cast<int>(left < first.size()) - static_cast<int>(right < second.size());
}

/// Does one of the first names in it say the step of a model?
bool begins_with_checkpoints(const fs::path& folder) {
  constexpr std::size_t kNames = 64;
  std::error_code error;
  std::size_t seen = 0;
  for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end && seen < kNames; entry.increment(error), ++seen) {
    std::error_code ignored;
    const bool inner = entry->is_directory(ignored);
    const fs::path path = entry->path();
    if (!step_in(path.filename().string(), inner)) continue;
    if (inner ? fs::exists(path / "config.json", ignored) : path.extension() == ".gguf") return true;
  }
  return false;
}

FolderEntry entry_of(const fs::directory_entry& found) {
  FolderEntry entry{.name = found.path().filename().string()};
  struct stat status {};
  if (::stat(found.path().c_str(), &status) != 0) return entry;  // a link to nowhere
  entry.folder = S_ISDIR(status.st_mode);
  entry.bytes = static_cast<std::uint64_t>(status.st_size);
  entry.written = status.st_mtime;
  std::error_code ignored;
  entry.model =
      entry.folder && (fs::exists(found.path() / "config.json", ignored) || begins_with_checkpoints(found.path()));
  return entry;
}

template <std::size_t Count>
bool ends_with_any(const std::string& name, const std::array<std::string_view, Count>& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace

FolderListing read_folder(const fs::path& folder, std::span<const fs::path> places) {
  FolderListing listing{.folder = folder};
  std::error_code error;
  for (const fs::path& place : places)
    if (fs::is_directory(place, error)) listing.places.push_back(place);
  error.clear();
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (listing.entries.size() == most_entries) {
      listing.cut = true;
      break;
    }
    listing.entries.push_back(entry_of(*entry));
  }
  if (error == std::errc::no_such_file_or_directory)
    listing.problem = Error("file_missing", {.file = folder.string()});
  else if (error)
    listing.problem = Error("file_unreadable", {.file = folder.string(), .found = error.message()});
  return listing;
}

bool passes(const FolderEntry& entry, FileFilter filter) {
  static constexpr std::array<std::string_view, 1> kSessions{".json"};
  static constexpr std::array<std::string_view, 4> kModels{".gguf", ".safetensors", ".bin", ".pt"};
  static constexpr std::array<std::string_view, 1> kPictures{".png"};
  static constexpr std::array<std::string_view, 1> kLessons{".md"};
  static constexpr std::array<std::string_view, 1> kTexts{".txt"};
  static constexpr std::array<std::string_view, 3> kCorpora{".conllu", ".conll", ".txt"};
  static constexpr std::array<std::string_view, 3> kHandouts{".pdf", ".html", ".htm"};
  static constexpr std::array<std::string_view, 6> kExports{".png", ".svg", ".pdf", ".csv", ".json", ".npz"};
  if (entry.folder) return true;
  const std::string name = folded(entry.name);
  switch (filter) {
    case FileFilter::sessions:
      return ends_with_any(name, kSessions);
    case FileFilter::models:
      return ends_with_any(name, kModels);
    case FileFilter::pictures:
      return ends_with_any(name, kPictures);
    case FileFilter::lessons:
      return ends_with_any(name, kLessons);
    case FileFilter::corpora:
      return ends_with_any(name, kCorpora);
    case FileFilter::texts:
      return ends_with_any(name, kTexts);
    case FileFilter::exports:
      return ends_with_any(name, kExports);
    case FileFilter::handouts:
      return ends_with_any(name, kHandouts);
    case FileFilter::all:
      break;
  }
  return true;
}

std::vector<std::size_t> shown_entries(const FolderListing& listing, FileFilter filter, std::string_view part) {
  const std::string wanted = folded(part);
  std::vector<std::string> names;  // in lower case, once each
  names.reserve(listing.entries.size());
  std::vector<std::size_t> shown;
  for (const FolderEntry& entry : listing.entries) {
    names.push_back(folded(entry.name));
    if (entry.name.starts_with('.') || !passes(entry, filter)) continue;
    if (names.back().find(wanted) != std::string::npos) shown.push_back(names.size() - 1);
  }
  std::sort(shown.begin(), shown.end(), [&](std::size_t first, std::size_t second) {
    const bool folders = listing.entries[first].folder, others = listing.entries[second].folder;
    if (folders != others) return folders;
    const int order = compare_folded(names[first], names[second]);
    return order != 0 ? order < 0 : listing.entries[first].name < listing.entries[second].name;
  });
  return shown;
}

fs::path typed_path(const fs::path& folder, const std::string& typed) {
  fs::path path = (folder / expand_home(path_as_meant(typed))).lexically_normal();
  if (!path.has_filename() && path != path.root_path()) path = path.parent_path();  // "models/"
  return path;
}

int compare_names(std::string_view first, std::string_view second) {
  return compare_folded(folded(first), folded(second));
}

}  // namespace regard
