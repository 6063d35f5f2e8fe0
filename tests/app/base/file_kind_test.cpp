// SPDX-License-Identifier: Apache-2.0
#include "app/base/file_kind.h"
#include "app/base/model_path.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <random>

namespace regard {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

struct Case {
  std::string head;
  const char* name;
  FileKind kind;
  const char* format;
};

class FileKinds : public ::testing::TestWithParam<Case> {};

TEST_P(FileKinds, a_file_is_called_by_what_its_bytes_and_its_name_say) {
  const FileNature nature = nature_of(GetParam().head, GetParam().name);
  EXPECT_EQ(static_cast<int>(nature.kind), static_cast<int>(GetParam().kind)) << GetParam().name;
  EXPECT_EQ(nature.format, GetParam().format) << GetParam().name;
}

const std::string kZip = "PK\x03\x04\x14\0\0\0\x08\0"s;
const std::string kSession = R"({"format": 2, "model": "council", "text": "Старый король"})";

INSTANTIATE_TEST_SUITE_P(
    All, FileKinds,
    ::testing::Values(
        Case{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s, "a.png", FileKind::picture, "PNG"},
        Case{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s, "a.jpg", FileKind::picture, "PNG"},
        Case{"\xff\xd8\xff\xe0\0\x10JFIF"s, "photo.png", FileKind::other_picture, "JPEG"},
        Case{"RIFF\x10\0\0\0WEBPVP8 "s, "a.webp", FileKind::other_picture, "WebP"},
        Case{"BM6\0\x0c\0"s, "a.bmp", FileKind::other_picture, "BMP"},
        Case{"<svg xmlns=\"…\"/>", "a.svg", FileKind::other_picture, "SVG"},
        Case{"\0\0\0\x18"
             "ftypheic\0\0"s,
             "a.heic", FileKind::other_picture, "HEIC"},
        Case{"Старый король дал принцу меч.\n", "a.txt", FileKind::text, "UTF-8"},
        Case{"def f():\n\treturn 1\n", "a.py", FileKind::text, "UTF-8"},
        Case{"\xd1\xf2\xe0\xf0\xfb\xe9 \xea\xee\xf0\xee\xeb\xfc"s, "a.txt", FileKind::other_text, ""},
        Case{"\xff\xfe"
             "a\0b\0"s,
             "a.txt", FileKind::other_text, ""},
        Case{"%PDF-1.7\n%\xe2\xe3", "paper.pdf", FileKind::document, "PDF"},
        Case{kZip + "[Content_Types].xml", "a.docx", FileKind::document, "DOCX"},
        Case{kZip + "[Content_Types].xml", "a", FileKind::document, "Office"},
        Case{kZip + "mimetypeapplication/vnd.oasis.opendocument.text", "a.odt", FileKind::document, "ODT"},
        Case{kZip + "mimetypeapplication/vnd.oasis.opendocument.text", "a.zip", FileKind::document, "ODF"},
        Case{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s, "a.doc", FileKind::document, "DOC"},
        Case{kZip + "readme.txt", "a.zip", FileKind::archive, "ZIP"},
        Case{"\x1f\x8b\x08\0"s, "a.tar.gz", FileKind::archive, "GZIP"},
        Case{"7z\xbc\xaf\x27\x1c\0\x04"s, "a.7z", FileKind::archive, "7Z"},
        Case{std::string(257, '\0') + "ustar\0"s, "a.tar", FileKind::archive, "TAR"},
        Case{kZip + "archive/data.pkl", "model.pt", FileKind::model, "PyTorch"},
        Case{kZip + "archive/data.pkl", "weights", FileKind::model, "PyTorch"},
        Case{kZip + "weights.npy", "a.npz", FileKind::numbers, "NPZ"},
        Case{"\x93NUMPY\x01\0"s, "a.npy", FileKind::numbers, "NPY"},
        Case{"\n  <!DOCTYPE html><html>", "model.safetensors", FileKind::web_page, "HTML"},
        Case{"version https://git-lfs.github.com/spec/v1\noid sha256:…", "model.safetensors", FileKind::lfs_pointer,
             "Git LFS"},
        Case{"GGUF\x03\0\0\0"s, "a.gguf", FileKind::model, "GGUF"},
        Case{"\x40\0\0\0\0\0\0\0{\"a\""s, "model.safetensors", FileKind::model, "safetensors"},
        Case{"\x40\0\0\0\0\0\0\0{\"a\""s, "adapter_model.safetensors", FileKind::adapter, "PEFT"},
        Case{R"({"peft_type": "LORA"})", "adapter_config.json", FileKind::adapter, "PEFT"},
        Case{R"({"architectures": []})", "config.json", FileKind::model, "JSON"},
        Case{R"({"architectures": []})", "other.json", FileKind::json, "JSON"},
        Case{kSession, "a.json", FileKind::session, "JSON"}, Case{kSession, "lesson", FileKind::session, "JSON"},
        Case{"\x89HDF\r\n\x1a\n"s, "tf_model.h5", FileKind::other_weights, "HDF5"},
        Case{"\x7f"
             "ELF\x02\x01"s,
             "regard", FileKind::program, "ELF"},
        Case{"MZ\x90\0\x03"s, "setup.exe", FileKind::program, "EXE"},
        Case{"ID3\x04\0"s, "a.mp3", FileKind::media, "MP3"}, Case{"", "a.txt", FileKind::empty, ""},
        Case{"\x01\x02\x03\x04\0\0"s, "a.dat", FileKind::unknown, ""}));

TEST(FileKind, a_letter_cut_by_the_end_of_the_look_is_still_text) {
  std::string head;
  while (head.size() < nature_bytes)
    head += "ж";
  head.insert(head.begin(), 'a');
  head.resize(nature_bytes);
  EXPECT_EQ(nature_of(head, "a.txt").kind, FileKind::text);
  EXPECT_EQ(nature_of(head.substr(0, 11) + "\xd0", "a.txt").kind, FileKind::other_text) << "but not in a short file";
}

TEST(FileKind, any_bytes_are_told_without_a_crash) {
  std::mt19937 random(7);
  constexpr std::array<const char*, 6> kNames{"a.json", "a.bin", "a", "config.json", ".png", ""};
  for (int round = 0; round < 3000; ++round) {
    std::string head(random() % 300, '\0');
    for (char& byte : head)
      byte = static_cast<char>(random());
    if (round % 3 == 0) head.insert(0, kZip);
    const FileNature nature = nature_of(head, kNames[static_cast<std::size_t>(round) % kNames.size()]);
    EXPECT_FALSE(std::string(told_as(nature, "x").what()).empty());
  }
}

class FilesOnDisk : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("regard-kinds-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path file(const std::string& name, const std::string& content) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  fs::path folder_{};
};

TEST_F(FilesOnDisk, folders_are_told_by_what_is_in_them) {
  file("model/config.json", "{}");
  file("gguf/a.gguf", "GGUF");
  file("adapter/adapter_config.json", "{}");
  file("photos/a.jpg", "x");
  file("photos/b.png", "x");
  file("photos/c.txt", "x");
  file("texts/a.txt", "x");
  EXPECT_EQ(nature_of_path(folder_ / "model").kind, FileKind::model);
  EXPECT_EQ(nature_of_path(folder_ / "gguf").kind, FileKind::model);
  EXPECT_EQ(nature_of_path(folder_ / "adapter").kind, FileKind::adapter);
  EXPECT_EQ(nature_of_path(folder_ / "photos").kind, FileKind::picture_folder);
  EXPECT_EQ(nature_of_path(folder_ / "texts").kind, FileKind::folder);
  EXPECT_EQ(nature_of_path(folder_ / "nothing").kind, FileKind::unknown);
}

std::string refusal(const fs::path& path, FileKind wanted) {
  try {
    refuse_other(path, wanted);
  } catch (const Error& error) {
    return error.code();
  }
  return {};
}

TEST_F(FilesOnDisk, what_is_surely_something_else_is_refused_by_its_name) {
  EXPECT_EQ(refusal(file("a.pdf", "%PDF-1.4"), FileKind::model), "is_document");
  EXPECT_EQ(refusal(file("a.json", kSession), FileKind::model), "is_session");
  EXPECT_EQ(refusal(file("a.gguf", "GGUF"), FileKind::session), "is_model");
  EXPECT_EQ(refusal(file("b.json", kSession), FileKind::session), "");
  EXPECT_EQ(refusal(file("c.json", "{\"a\": 1}"), FileKind::session), "") << "the parser knows better what is wrong";
  EXPECT_EQ(refusal(file("d.gguf", "GGUF"), FileKind::model), "");
  EXPECT_EQ(refusal(file("e.h5", "\x89HDF\r\n\x1a\n"), FileKind::model), "")
      << "the loader says which weights it reads";
  EXPECT_EQ(refusal(folder_ / "nothing", FileKind::model), "") << "that it is missing is said elsewhere";
}

TEST_F(FilesOnDisk, a_model_path_that_is_a_document_says_so_on_the_command_line_too) {
  const fs::path paper = file("paper.pdf", "%PDF-1.4");
  try {
    (void)model_path(paper.string(), folder_);
    FAIL() << "a PDF is no model";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "is_document");
    EXPECT_NE(std::string(error.what()).find("PDF"), std::string::npos);
  }
}

}  // namespace
}  // namespace regard
