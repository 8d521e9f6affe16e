/// Signs of script and markup languages, in lower case.
enum TextTables {
  /// Found in a `#!` line; the first that occurs decides.
  static let interpreters: [(StaticString, FileType)] = [
    ("python", .python), ("perl", .perl), ("ruby", .ruby), ("php", .php), ("node", .node),
    ("lua", .lua), ("awk", .awk), ("tclsh", .tcl), ("wish", .tcl), ("pwsh", .powershell),
    ("bash", .shell), ("dash", .shell), ("zsh", .shell), ("ksh", .shell), ("busybox", .shell),
    ("/sh", .shell), ("env sh", .shell), ("csh", .shell), ("fish", .shell), ("osascript", .appleScript),
  ]

  /// At the very beginning, white space aside.
  static let openings: [(StaticString, FileType)] = [
    ("<?php", .php), ("<?xml", .xml), ("<!doctype html", .html), ("<html", .html), ("<head", .html),
    ("<!doctype svg", .svg), ("<svg", .svg), ("<hta:application", .hta), ("<job", .windowsScript),
    ("<package", .windowsScript), ("<%@ page language=\"java", .jsp), ("<%@page", .jsp), ("<%@ page", .jsp),
    ("<%@ language", .asp), ("<%", .asp), ("<script", .html), ("<body", .html),
    ("[internetshortcut]", .internetShortcut), ("[desktop entry]", .desktopEntry),
    ("-----begin ", .pem), ("%!ps", .postScript), ("\\documentclass", .latex), ("@echo off", .batch),
    ("@echo ", .batch), ("windows registry editor version", .iniFile), ("regedit4", .iniFile),
    ("# -*- python", .python), (".\\\" ", .troff), (".th ", .troff), ("'\\\" t", .troff),
    ("received: from ", .email), ("return-path: ", .email), ("delivered-to: ", .email),
    ("mime-version: ", .email), ("message-id: ", .email), ("#notrayicon", .autoit),
  ]

  struct Language: Sendable {
    let type: FileType
    /// Sign and weight; three points decide, more win over fewer.
    let signs: [(StaticString, Int)]
  }

  static let languages: [Language] = [
    Language(type: .html, signs: [
      ("<html", 4), ("<!doctype html", 6), ("</body>", 3), ("<script", 2), ("</head>", 3),
      ("<div", 2), ("<meta ", 2), ("<iframe", 3), ("</table>", 2), ("href=\"", 1), ("<p>", 1),
    ]),
    Language(type: .php, signs: [("<?php", 6), ("$_post[", 2), ("$_get[", 2), ("$_server[", 2), ("<?=", 3)]),
    Language(type: .powershell, signs: [
      ("[cmdletbinding(", 4), ("param(", 1), ("write-host", 3), ("new-object ", 3), ("invoke-expression", 4),
      ("invoke-webrequest", 3), ("$env:", 2), ("[system.", 2), ("-erroraction", 3), ("get-childitem", 3),
      ("downloadstring(", 3), ("set-strictmode", 4), ("powershell", 1), ("foreach-object", 3),
      ("frombase64string(", 2), (" -eq ", 1),
    ]),
    Language(type: .vba, signs: [
      ("createobject(", 3), ("attribute vb_name", 5), ("wscript.", 2), ("on error resume next", 4),
      ("end sub", 3), ("end function", 2), ("option explicit", 3), ("\ndim ", 2), ("end if", 1), ("sub autoopen", 3),
    ]),
    Language(type: .batch, signs: [
      ("@echo off", 5), ("\nset ", 1), ("%~dp0", 4), ("goto :", 2), ("errorlevel", 2), ("\nrem ", 2),
      ("setlocal", 3), ("exit /b", 4), ("if exist ", 2), ("%1", 1), ("\ngoto ", 2), (">nul", 2),
    ]),
    Language(type: .javascript, signs: [
      ("function(", 2), ("function (", 2), ("var ", 1), ("=> {", 2), ("const ", 1), ("document.", 2),
      ("window.", 2), ("module.exports", 4), ("require(", 1), ("\"use strict\"", 4), ("'use strict'", 4),
      ("typeof ", 2), ("===", 2), ("activexobject", 4), ("wscript.", 1), ("return ", 1), ("prototype", 2),
      ("console.log(", 3), ("export default", 4), ("});", 1), ("eval(", 1), ("unescape(", 2),
    ]),
    Language(type: .python, signs: [
      ("\ndef ", 2), ("\nimport ", 2), ("\nfrom ", 1), (" import ", 1), ("__name__", 3), ("self.", 1),
      ("elif ", 2), ("\nclass ", 1), ("print(", 1), ("    def ", 2), ("\"\"\"", 2), ("__future__", 4),
      ("    return ", 1), ("except ", 1), ("import os", 2), ("import sys", 2),
    ]),
    Language(type: .perl, signs: [
      ("use strict;", 4), ("use warnings;", 4), ("my $", 3), ("\nsub ", 2), ("\npackage ", 1), ("=~ ", 1),
      ("=head1", 4), ("=cut", 2), ("@_", 2), ("->{", 1), ("qw(", 2), ("1;\n", 1),
    ]),
    Language(type: .ruby, signs: [
      ("\nrequire '", 3), ("\nrequire \"", 1), ("\nmodule ", 1), ("  def ", 1), ("\nend\n", 2), (" do |", 3),
      ("attr_accessor", 4), ("attr_reader", 4), (".each do", 3), ("# frozen_string_literal", 6), ("puts ", 1),
    ]),
    Language(type: .c, signs: [
      ("#include <", 4), ("#include \"", 3), ("#define ", 2), ("#ifndef ", 2), ("int main(", 3),
      ("typedef struct", 3), ("static int ", 2), ("void ", 1), ("printf(", 1), ("sizeof(", 2), ("/*", 1),
    ]),
    Language(type: .cpp, signs: [
      ("#include <", 3), ("std::", 4), ("namespace ", 3), ("template <", 4), ("template<", 4), ("public:\n", 3),
      ("private:\n", 3), ("virtual ", 2), ("#ifndef ", 1), ("class ", 1), ("const ", 1), ("nullptr", 3),
    ]),
    Language(type: .java, signs: [
      ("\npackage ", 2), ("import java", 4), ("public class ", 3), ("public static void main", 4),
      ("private ", 1), ("@override", 3), ("public interface ", 3), (" extends ", 1), (" throws ", 2),
    ]),
    Language(type: .css, signs: [
      ("@media", 3), ("font-family:", 2), ("margin:", 2), ("padding:", 2), ("background", 1),
      ("color:", 1), ("display:", 2), ("border", 1), ("@import url", 2), ("px;", 2), ("@font-face", 3),
      ("{margin", 2), ("!important", 2),
    ]),
    Language(type: .shell, signs: [
      ("\nfi\n", 3), ("\nesac", 4), ("\ndone", 2), ("if [ ", 3), ("then\n", 2), ("echo \"", 1), ("export ", 1),
      ("$(", 1), ("${", 1), ("|| exit", 3), ("#!/bin/", 3), (" ;;\n", 3), ("chmod +x", 2), ("wget http", 2),
    ]),
    Language(type: .lua, signs: [
      ("local function ", 4), ("\nlocal ", 2), ("\nend\n", 1), (" then\n", 1), ("~= nil", 3), ("--[[", 3), ("ipairs(", 3),
    ]),
    Language(type: .tcl, signs: [("\nproc ", 3), ("\nnamespace eval", 4), ("package require", 3), ("\nset ", 1), ("[string ", 2), ("package provide", 3)]),
    Language(type: .yara, signs: [("\nrule ", 2), ("rule ", 1), ("condition:", 3), ("strings:", 2), ("any of them", 3), ("meta:", 1)]),
    Language(type: .latex, signs: [("\\begin{", 3), ("\\usepackage", 4), ("\\section{", 3), ("\\documentclass", 4), ("\\end{", 2)]),
    Language(type: .gettextSource, signs: [("\nmsgid \"", 4), ("\nmsgstr \"", 4)]),
    Language(type: .sql, signs: [("create table ", 3), ("insert into ", 3), ("drop table if exists", 4), ("primary key", 2), ("select * from", 2)]),
    Language(type: .email, signs: [("\nreceived: ", 3), ("\nmessage-id: ", 3), ("\nsubject: ", 2), ("\nfrom: ", 2), ("\nmime-version: ", 3), ("\nto: ", 1)]),
    Language(type: .autoit, signs: [("#include <autoitconstants", 5), ("endfunc", 3), ("#notrayicon", 4), ("local $", 2), ("@scriptdir", 4), ("@tempdir", 3)]),
    Language(type: .awk, signs: [("\nbegin {", 3), ("begin{fs", 3), ("getline", 2), ("printf \"", 1)]),
    Language(type: .xml, signs: [("xmlns=\"", 3), ("xmlns:", 3), ("<?xml", 4), ("/>\n", 1)]),
    Language(type: .troff, signs: [("\n.sh ", 3), ("\n.pp", 2), ("\n.th ", 3), ("\n.tp", 2), ("\\fb", 2)]),
  ]
}
