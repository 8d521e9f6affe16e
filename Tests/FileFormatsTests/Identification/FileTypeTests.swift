import Bytes
import FileFormats
import Testing

@Suite struct FileTypeTests {
  private static func bytes(_ parts: [Any]) -> [UInt8] {
    parts.flatMap { part -> [UInt8] in
      switch part {
      case let text as String: Array(text.utf8)
      case let bytes as [Int]: bytes.map { UInt8(truncatingIfNeeded: $0) }
      default: []
      }
    }
  }

  /// MZ whose header offset leads to `header`.
  private static func mz(_ header: [UInt8]) -> [UInt8] {
    var head = Array("MZ".utf8) + [UInt8](repeating: 0, count: 58) + [0x40, 0, 0, 0]
    head += header
    return head
  }

  private static func zip(_ names: [String], first body: String = "") -> [UInt8] {
    names.enumerated().flatMap { index, name -> [UInt8] in
      let data = index == 0 ? Array(body.utf8) : []
      var header = Array("PK".utf8) + [3, 4, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      header += [
        UInt8(data.count), 0, 0, 0, UInt8(data.count), 0, 0, 0, UInt8(name.utf8.count), 0, 0, 0,
      ]
      return header + Array(name.utf8) + data
    }
  }

  /// A compound file whose directory, in sector 0, has the root and one stream.
  private static func ole(_ stream: String, rootClass: [UInt8] = []) -> [UInt8] {
    var file: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
    file += [UInt8](repeating: 0, count: 512 - 8)
    file[30] = 9
    func entry(_ name: String) -> [UInt8] {
      var entry = [UInt8](repeating: 0, count: 128)
      for (index, byte) in name.utf8.enumerated() { entry[2 * index] = byte }
      entry[64] = UInt8(2 * (name.utf8.count + 1))
      return entry
    }
    var root = entry("Root Entry")
    for (index, byte) in rootClass.enumerated() { root[80 + index] = byte }
    file += root + entry(stream)
    return file + [UInt8](repeating: 0, count: 256)
  }

  private static let peHeader: [UInt8] =
    Array("PE".utf8) + [0, 0, 0x4C, 1] + [UInt8](repeating: 0, count: 16)

  static let cases: [(FileType, [UInt8])] = [
    (.empty, []),
    (.peExecutable, mz(peHeader + [0x02, 0x01])), (.peLibrary, mz(peHeader + [0x02, 0x21])),
    (.peExecutable, mz(Array("PE".utf8) + [0, 0])),
    (.neExecutable, mz(Array("NE".utf8) + [UInt8](repeating: 0, count: 20))),
    (.neLibrary, mz(Array("NE".utf8) + [UInt8](repeating: 0, count: 11) + [0x80, 0])),
    (.leExecutable, mz(Array("LX".utf8))), (.dosExecutable, mz([1, 2, 3, 4])),
    (.elf, bytes([[0x7F], "ELF", [2, 1, 1]])),
    (.machO, bytes([[0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1]])),
    (.machOUniversal, bytes([[0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 2]])),
    (.javaClass, bytes([[0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52]])),
    (.dex, bytes(["dex\n035", [0]])), (.wasm, bytes([[0], "asm", [1, 0, 0, 0]])),
    (.zip, zip(["readme.txt"])), (.apk, zip(["AndroidManifest.xml", "classes.dex"])),
    (.jar, zip(["META-INF/MANIFEST.MF", "a/B.class"])),
    (.docx, zip(["[Content_Types].xml", "word/document.xml"])),
    (.xlsx, zip(["[Content_Types].xml", "xl/workbook.xml"])),
    (.pptx, zip(["[Content_Types].xml", "ppt/presentation.xml"])),
    (.openPackaging, zip(["[Content_Types].xml", "x"])),
    (.odt, zip(["mimetype", "x"], first: "application/vnd.oasis.opendocument.text")),
    (.epub, zip(["mimetype", "x"], first: "application/epub+zip")),
    (.ipa, zip(["Payload/x.app/Info.plist"])),
    (.rar, bytes(["Rar!", [0x1A, 7, 1, 0]])),
    (.sevenZip, bytes(["7z", [0xBC, 0xAF, 0x27, 0x1C, 0, 4]])),
    (.gzip, bytes([[0x1F, 0x8B, 8, 0]])), (.bzip2, bytes(["BZh9"])),
    (.xz, bytes([[0xFD], "7zXZ", [0, 0]])),
    (.cab, bytes(["MSCF", [0, 0, 0, 0, 1]])), (.deb, bytes(["!<arch>\ndebian-binary   "])),
    (.arArchive, bytes(["!<arch>\n/               "])),
    (.rpm, bytes([[0xED, 0xAB, 0xEE, 0xDB, 3]])),
    (.tar, [UInt8](repeating: 1, count: 257) + bytes(["ustar", [0]])),
    (.pdf, bytes(["%PDF-1.7\n"])), (.rtf, bytes(["{\\rtf1\\ansi"])), (.doc, ole("WordDocument")),
    (.xls, ole("Workbook")), (.ppt, ole("PowerPoint Document")),
    (.outlook, ole("__properties_version1.0")),
    (.oleCompound, ole("Other")), (.msi, ole("x", rootClass: [0x84, 0x10, 0x0C, 0])),
    (.lnk, bytes([[0x4C, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]])),
    (.chm, bytes(["ITSF", [3, 0, 0, 0]])), (.windowsRegistry, bytes(["regf", [0]])),
    (.jpeg, bytes([[0xFF, 0xD8, 0xFF, 0xE0]])), (.png, bytes([[0x89], "PNG\r\n", [0x1A, 0x0A]])),
    (.gif, bytes(["GIF89a"])), (.webp, bytes(["RIFF", [0, 0, 0, 0], "WEBP"])),
    (.wav, bytes(["RIFF", [0, 0, 0, 0], "WAVE"])),
    (.avi, bytes(["RIFF", [0, 0, 0, 0], "AVI "])), (.mp4, bytes([[0, 0, 0, 24], "ftypisom"])),
    (.quickTime, bytes([[0, 0, 0, 24], "ftypqt  "])), (.ogg, bytes(["OggS"])),
    (.flash, bytes(["CWS", [10]])),
    (.sqlite, bytes(["SQLite format 3", [0]])), (.pcap, bytes([[0xD4, 0xC3, 0xB2, 0xA1]])),
    (.pyc, bytes([[0xA7, 0x0D, 0x0D, 0x0A]])), (.crx, bytes(["Cr24"])),
    (.html, bytes(["\n <!DOCTYPE html><html>"])),
    (.html, bytes([[0xEF, 0xBB, 0xBF], "<HTML><body>"])),
    (.xml, bytes(["<?xml version=\"1.0\"?><a/>"])),
    (.svg, bytes(["<?xml version=\"1.0\"?><svg/>"])),
    (.json, bytes(["{ \"key\" : 1 }"])), (.php, bytes(["<?php echo 1;"])),
    (.shell, bytes(["#!/bin/sh\necho"])),
    (.python, bytes(["#!/usr/bin/env python3\n"])), (.perl, bytes(["#!/usr/bin/perl -w\n"])),
    (.script, bytes(["#!/opt/own/thing\n"])), (.batch, bytes(["@ECHO OFF\r\nset a=1"])),
    (.powershell, bytes(["[CmdletBinding()]\nparam($a)\nWrite-Host $a"])),
    (
      .powershell,
      [0xFF, 0xFE]
        + "Write-Host (New-Object Net.WebClient)".utf16.flatMap {
          [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]
        }
    ),
    (.vba, bytes(["Sub AutoOpen()\nOn Error Resume Next\nEnd Sub"])),
    (.vba, bytes(["Set a = CreateObject(\"WScript.Shell\")"])),
    (.javascript, bytes(["'use strict';\nvar a = function() { return 1 };"])),
    (.c, bytes(["#include <stdio.h>\nint main(void) { return sizeof(int); }"])),
    (.internetShortcut, bytes(["[InternetShortcut]\r\nURL=x"])), (.iniFile, bytes(["[a]\nb=c\n"])),
    (.email, bytes(["Received: from a\nSubject: b\n"])),
    (.pem, bytes(["-----BEGIN CERTIFICATE-----"])),
    (.yara, bytes(["rule a { strings: $a = \"b\" condition: any of them }"])),
    (.text, bytes(["plain words and nothing else"])),
    (.unknown, bytes([[0x00, 0x9F, 0x01, 0xEE, 0x02]])),
  ]

  @Test func typesAreKnownByTheirBytes() {
    for (expected, bytes) in FileTypeTests.cases {
      let found = ByteView.with(bytes) { FileType.identify($0) }
      #expect(found == expected, "\(bytes.prefix(40))")
    }
  }

  @Test func everyTypeHasOneTagADescriptionAndAFixedNumber() {
    #expect(FileType.allCases.count >= 60)
    #expect(Set(FileType.allCases.map(\.tag)).count == FileType.allCases.count)
    for type in FileType.allCases {
      #expect(FileType(tag: type.tag) == type)
      #expect(!type.description.isEmpty)
      #expect(type == .unknown || type.tag != "unknown")
    }
    // Numbers stand in packs: these may never change.
    #expect(FileType.peExecutable.rawValue == 10 && FileType.elf.rawValue == 40)
    #expect(
      FileType.zip.rawValue == 120 && FileType.pdf.rawValue == 160 && FileType.text.rawValue == 240)
  }

  @Test func anyBytesGiveSomeType() {
    var state: UInt64 = 0x1234_5678_9ABC_DEF1
    func random() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    for (_, bytes) in FileTypeTests.cases {
      for length in 0...bytes.count {
        _ = ByteView.with(Array(bytes.prefix(length))) { FileType.identify($0) }
      }
      for _ in 0..<60 where !bytes.isEmpty {
        var changed = bytes
        for _ in 0..<3 {
          changed[Int(random() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random())
        }
        // Numbers that lead far away.
        if bytes.count > 64 {
          for index in 0..<4 { changed[60 + index] = UInt8(truncatingIfNeeded: random()) }
        }
        let type = ByteView.with(changed) { FileType.identify($0) }
        #expect(FileType(rawValue: type.rawValue) == type)
      }
    }
  }
}
