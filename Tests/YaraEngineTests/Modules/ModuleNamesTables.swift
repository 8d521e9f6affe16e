/// The names that YARA 4.5.4 and YARA-X 1.23.0 give the fields and functions of their modules, as
/// facts: a line is an owner (`-` for the module) and its names. `[]` marks arrays and `{}` maps;
/// the letter is the type: `i` integer, `t` text, `b` Boolean, `f` float. Each overload of a
/// function has its own entry, with its parameters.
enum ModuleNamesTables {
  static let yaraX: [(module: String, names: String)] = [
    (
      "console",
      """
      - hex(integer) hex(text,integer) log(boolean) log(float) log(integer) log(integer,integer) log(text)
      - log(text,boolean) log(text,float) log(text,integer) log(text,integer,integer) log(text,text)
      """
    ),
    (
      "crx",
      """
      - crx_version:i description:t header_size:i homepage_url:t host_permissions[]:t id:t is_crx:b
      - minimum_chrome_version:t name:t optional_host_permissions[]:t optional_permissions[]:t permhash()
      - permissions[]:t raw_description:t raw_name:t signatures[] version:t
      signatures[] key:t verified:b
      """
    ),
    (
      "cuckoo",
      """
      filesystem file_access(regex)
      network dns_lookup(regex) host(regex) http_get(regex) http_post(regex) http_request(regex)
      network http_user_agent(regex) tcp(regex,integer) udp(regex,integer)
      registry key_access(regex)
      sync mutex(regex)
      """
    ),
    (
      "dex",
      """
      - ACC_ABSTRACT:i ACC_ANNOTATION:i ACC_BRIDGE:i ACC_CONSTRUCTOR:i ACC_DECLARED_SYNCHRONIZED:i ACC_ENUM:i
      - ACC_FINAL:i ACC_INTERFACE:i ACC_NATIVE:i ACC_PRIVATE:i ACC_PROTECTED:i ACC_PUBLIC:i ACC_STATIC:i ACC_STRICT:i
      - ACC_SYNCHRONIZED:i ACC_SYNTHETIC:i ACC_TRANSIENT:i ACC_VARARGS:i ACC_VOLATILE:i
      - TYPE_ANNOTATIONS_DIRECTORY_ITEM:i TYPE_ANNOTATION_ITEM:i TYPE_ANNOTATION_SET_ITEM:i
      - TYPE_ANNOTATION_SET_REF_LIST:i TYPE_CALL_SITE_ID_ITEM:i TYPE_CLASS_DATA_ITEM:i TYPE_CLASS_DEF_ITEM:i
      - TYPE_CODE_ITEM:i TYPE_DEBUG_INFO_ITEM:i TYPE_ENCODED_ARRAY_ITEM:i TYPE_FIELD_ID_ITEM:i TYPE_HEADER_ITEM:i
      - TYPE_HIDDENAPI_CLASS_DATA_ITEM:i TYPE_MAP_LIST:i TYPE_METHOD_HANDLE_ITEM:i TYPE_METHOD_ID_ITEM:i
      - TYPE_PROTO_ID_ITEM:i TYPE_STRING_DATA_ITEM:i TYPE_STRING_ID_ITEM:i TYPE_TYPE_ID_ITEM:i TYPE_TYPE_LIST:i
      - checksum() class_defs[] contains_class(text) contains_method(text) contains_string(text) fields[] header
      - is_dex:b map_list methods[] protos[] signature() strings[]:t types[]:t
      class_defs[] access_flags:i class:t source_file:t superclass:t
      fields[] class:t name:t type:t
      header checksum:i container_size:i data_off:i data_size:i endian_tag:i file_size:i header_offset:i
      header header_size:i link_off:i link_size:i magic:i signature:t version:i
      map_list items[] size:i
      map_list.items[] offset:i size:i type:i unused:i
      methods[] class:t name:t proto
      methods[].proto parameters[]:t parameters_count:i return_type:t shorty:t
      protos[] parameters[]:t parameters_count:i return_type:t shorty:t
      """
    ),
    (
      "dotnet",
      """
      - assembly assembly_refs[] classes[] constants[]:t field_offsets[]:i guids[]:t is_dotnet:b module_name:t
      - modulerefs[]:t number_of_assembly_refs:i number_of_classes:i number_of_constants:i number_of_field_offsets:i
      - number_of_generic_parameters:i number_of_guids:i number_of_modulerefs:i number_of_resources:i
      - number_of_streams:i number_of_user_strings:i resources[] streams[] typelib:t user_strings[]:t version:t
      assembly culture:t name:t version
      assembly.version build_number:i major:i minor:i revision_number:i
      assembly_refs[] name:t public_key_or_token:t version
      assembly_refs[].version build_number:i major:i minor:i revision_number:i
      classes[] abstract:b base_types[]:t fullname:t generic_parameters[]:t methods[] name:t namespace:t
      classes[] number_of_base_types:i number_of_generic_parameters:i number_of_methods:i sealed:b type:t
      classes[] visibility:t
      classes[].methods[] abstract:b final:b generic_parameters[]:t name:t number_of_generic_parameters:i
      classes[].methods[] number_of_parameters:i parameters[] return_type:t static:b virtual:b visibility:t
      classes[].methods[].parameters[] name:t type:t
      resources[] length:i name:t offset:i
      streams[] name:t offset:i size:i
      """
    ),
    (
      "elf",
      """
      - DT_ADDRRNGHI:i DT_ADDRRNGLO:i DT_BIND_NOW:i DT_DEBUG:i DT_ENCODING:i DT_FINI:i DT_FINI_ARRAY:i
      - DT_FINI_ARRAYSZ:i DT_FLAGS:i DT_FLAGS_1:i DT_HASH:i DT_HIOS:i DT_HIPROC:i DT_INIT:i DT_INIT_ARRAY:i
      - DT_INIT_ARRAYSZ:i DT_JMPREL:i DT_LOOS:i DT_LOPROC:i DT_NEEDED:i DT_NULL:i DT_PLTGOT:i DT_PLTREL:i
      - DT_PLTRELSZ:i DT_REL:i DT_RELA:i DT_RELACOUNT:i DT_RELAENT:i DT_RELASZ:i DT_RELCOUNT:i DT_RELENT:i DT_RELSZ:i
      - DT_RPATH:i DT_RUNPATH:i DT_SONAME:i DT_STRSZ:i DT_STRTAB:i DT_SYMBOLIC:i DT_SYMENT:i DT_SYMTAB:i DT_TEXTREL:i
      - DT_VALRNGHI:i DT_VALRNGLO:i DT_VERDEF:i DT_VERDEFNUM:i DT_VERNEED:i DT_VERNEEDNUM:i DT_VERSYM:i EM_386:i
      - EM_68K:i EM_860:i EM_88K:i EM_AARCH64:i EM_ARC_COMPACT:i EM_ARM:i EM_BPF:i EM_IAMCU:i EM_LOONGARCH:i EM_M32:i
      - EM_MCORE:i EM_MIPS:i EM_MIPS_RS3_LE:i EM_NONE:i EM_PARISC:i EM_PPC:i EM_PPC64:i EM_RCE:i EM_S370:i EM_S390:i
      - EM_SH:i EM_SPARC:i EM_SPARC32PLUS:i EM_SPARCV9:i EM_X86_64:i ET_CORE:i ET_DYN:i ET_EXEC:i ET_HIPROC:i
      - ET_LOPROC:i ET_NONE:i ET_REL:i OSABI_AIX:i OSABI_ARM:i OSABI_ARM_AEABI:i OSABI_AROS:i OSABI_CLOUDABI:i
      - OSABI_FENIXOS:i OSABI_FREE_BSD:i OSABI_GNU_HURD:i OSABI_HPUX:i OSABI_IRIX:i OSABI_LINUX:i OSABI_MODESTO:i
      - OSABI_NETBSD:i OSABI_NONE:i OSABI_NSK:i OSABI_OPENBSD:i OSABI_OPENVMS:i OSABI_OPENVOS:i OSABI_SOLARIS:i
      - OSABI_STANDALONE:i OSABI_TRU64:i PF_R:i PF_W:i PF_X:i PT_DYNAMIC:i PT_GNU_EH_FRAME:i PT_GNU_PROPERTY:i
      - PT_GNU_RELRO:i PT_GNU_STACK:i PT_INTERP:i PT_LOAD:i PT_NOTE:i PT_NULL:i PT_PHDR:i PT_SHLIB:i PT_TLS:i
      - SHT_DYNAMIC:i SHT_DYNSYM:i SHT_FINI_ARRAY:i SHT_HASH:i SHT_INIT_ARRAY:i SHT_NOBITS:i SHT_NOTE:i SHT_NULL:i
      - SHT_PROGBITS:i SHT_REL:i SHT_RELA:i SHT_SHLIB:i SHT_STRTAB:i SHT_SYMTAB:i STB_GLOBAL:i STB_LOCAL:i STB_WEAK:i
      - STT_COMMON:i STT_FILE:i STT_FUNC:i STT_NOTYPE:i STT_OBJECT:i STT_SECTION:i STT_TLS:i STV_DEFAULT:i
      - STV_HIDDEN:i STV_INTERNAL:i STV_PROTECTED:i dynamic[] dynamic_section_entries:i dynsym[] dynsym_entries:i
      - entry_point:i import_md5() machine:i number_of_sections:i number_of_segments:i osabi:i ph_entry_size:i
      - ph_offset:i sections[] segments[] sh_entry_size:i sh_offset:i symtab[] symtab_entries:i telfhash() type:i
      dynamic[] type:i val:i
      dynsym[] bind:i name:t shndx:i size:i type:i value:i visibility:i
      sections[] address:i flags:i name:t offset:i size:i type:i
      segments[] alignment:i file_size:i flags:i memory_size:i offset:i physical_address:i type:i virtual_address:i
      symtab[] bind:i name:t shndx:i size:i type:i value:i visibility:i
      """
    ),
    (
      "hash",
      """
      - checksum32(integer,integer) checksum32(text) crc32(integer,integer) crc32(text) md5(integer,integer) md5(text)
      - sha1(integer,integer) sha1(text) sha256(integer,integer) sha256(text)
      """
    ),
    (
      "lnk",
      """
      - FILE_ATTRIBUTE_ARCHIVE:i FILE_ATTRIBUTE_COMPRESSED:i FILE_ATTRIBUTE_DIRECTORY:i FILE_ATTRIBUTE_ENCRYPTED:i
      - FILE_ATTRIBUTE_HIDDEN:i FILE_ATTRIBUTE_NORMAL:i FILE_ATTRIBUTE_NOT_CONTENT_INDEXED:i FILE_ATTRIBUTE_OFFLINE:i
      - FILE_ATTRIBUTE_READONLY:i FILE_ATTRIBUTE_REPARSE_POINT:i FILE_ATTRIBUTE_SPARSE_FILE:i FILE_ATTRIBUTE_SYSTEM:i
      - FILE_ATTRIBUTE_TEMPORARY:i RESERVED_1:i RESERVED_2:i access_time:i cmd_line_args:t common_path_suffix:t
      - creation_time:i drive_serial_number:i drive_type:i file_attributes:i file_size:i icon_index:i icon_location:t
      - is_lnk:b local_base_path:t name:t overlay_offset:i overlay_size:i relative_path:t show_command:i
      - target_id_list[] tracker_data volume_label:t working_dir:t write_time:i
      DriveType CDROM:i FIXED:i NO_ROOT_DIR:i RAMDISK:i REMOTE:i REMOVABLE:i UNKNOWN:i
      ShellItemType COMMON_PLACES_FOLDER:i COMPRESSED_FOLDER:i CONTROL_PANEL:i CONTROL_PANEL_CATEGORY:i
      ShellItemType CONTROL_PANEL_CPL:i FILE_ENTRY:i NETWORK_LOCATION:i PRINTERS:i ROOT_FOLDER:i URI:i
      ShellItemType USERS_FILES_FOLDER:i VOLUME:i
      ShowCommand MAXIMIZED:i MIN_NO_ACTIVE:i NORMAL:i
      target_id_list[] cpl_file_path:t data:t file_entry_name:t item_type:i network_location:t root_folder_id:t
      target_id_list[] volume_id:t volume_name:t
      tracker_data droid_birth_file_id:t droid_birth_volume_id:t droid_file_id:t droid_volume_id:t machine_id:t
      tracker_data version:i
      """
    ),
    (
      "macho",
      """
      - CPU_ARCH_ABI64:i CPU_SUBTYPE_386:i CPU_SUBTYPE_486:i CPU_SUBTYPE_486SX:i CPU_SUBTYPE_586:i
      - CPU_SUBTYPE_ARM64_ALL:i CPU_SUBTYPE_ARM_ALL:i CPU_SUBTYPE_ARM_V4T:i CPU_SUBTYPE_ARM_V5:i
      - CPU_SUBTYPE_ARM_V5TEJ:i CPU_SUBTYPE_ARM_V6:i CPU_SUBTYPE_ARM_V6M:i CPU_SUBTYPE_ARM_V7:i CPU_SUBTYPE_ARM_V7EM:i
      - CPU_SUBTYPE_ARM_V7F:i CPU_SUBTYPE_ARM_V7K:i CPU_SUBTYPE_ARM_V7M:i CPU_SUBTYPE_ARM_V7S:i
      - CPU_SUBTYPE_ARM_XSCALE:i CPU_SUBTYPE_CELERON:i CPU_SUBTYPE_CELERON_MOBILE:i CPU_SUBTYPE_I386_ALL:i
      - CPU_SUBTYPE_INTEL_MODEL_ALL:i CPU_SUBTYPE_ITANIUM:i CPU_SUBTYPE_ITANIUM_2:i CPU_SUBTYPE_LIB64:i
      - CPU_SUBTYPE_MC980000_ALL:i CPU_SUBTYPE_MC98601:i CPU_SUBTYPE_PENT:i CPU_SUBTYPE_PENTII_M3:i
      - CPU_SUBTYPE_PENTII_M5:i CPU_SUBTYPE_PENTIUM_3:i CPU_SUBTYPE_PENTIUM_3_M:i CPU_SUBTYPE_PENTIUM_3_XEON:i
      - CPU_SUBTYPE_PENTIUM_4:i CPU_SUBTYPE_PENTIUM_4_M:i CPU_SUBTYPE_PENTIUM_M:i CPU_SUBTYPE_PENTPRO:i
      - CPU_SUBTYPE_POWERPC_601:i CPU_SUBTYPE_POWERPC_602:i CPU_SUBTYPE_POWERPC_603:i CPU_SUBTYPE_POWERPC_603e:i
      - CPU_SUBTYPE_POWERPC_603ev:i CPU_SUBTYPE_POWERPC_604:i CPU_SUBTYPE_POWERPC_604e:i CPU_SUBTYPE_POWERPC_620:i
      - CPU_SUBTYPE_POWERPC_7400:i CPU_SUBTYPE_POWERPC_7450:i CPU_SUBTYPE_POWERPC_750:i CPU_SUBTYPE_POWERPC_970:i
      - CPU_SUBTYPE_POWERPC_ALL:i CPU_SUBTYPE_SPARC_ALL:i CPU_SUBTYPE_X86_64_ALL:i CPU_SUBTYPE_XEON:i
      - CPU_SUBTYPE_XEON_MP:i CPU_TYPE_ARM:i CPU_TYPE_ARM64:i CPU_TYPE_I386:i CPU_TYPE_MC680X0:i CPU_TYPE_MC88000:i
      - CPU_TYPE_MC98000:i CPU_TYPE_MIPS:i CPU_TYPE_POWERPC:i CPU_TYPE_POWERPC64:i CPU_TYPE_SPARC:i CPU_TYPE_X86:i
      - CPU_TYPE_X86_64:i FAT_CIGAM:i FAT_CIGAM_64:i FAT_MAGIC:i FAT_MAGIC_64:i IPHONEOS:i MACOSX:i MH_ALLMODSBOUND:i
      - MH_ALLOW_STACK_EXECUTION:i MH_APP_EXTENSION_SAFE:i MH_BINDATLOAD:i MH_BINDS_TO_WEAK:i MH_BUNDLE:i
      - MH_CANONICAL:i MH_CIGAM:i MH_CIGAM_64:i MH_CORE:i MH_DEAD_STRIPPABLE_DYLIB:i MH_DSYM:i MH_DYLDLINK:i
      - MH_DYLIB:i MH_DYLIB_STUB:i MH_DYLINKER:i MH_EXECUTE:i MH_FORCE_FLAT:i MH_FVMLIB:i MH_HAS_TLV_DESCRIPTORS:i
      - MH_INCRLINK:i MH_KEXT_BUNDLE:i MH_LAZY_INIT:i MH_MAGIC:i MH_MAGIC_64:i MH_NOFIXPREBINDING:i MH_NOMULTIDEFS:i
      - MH_NOUNDEFS:i MH_NO_HEAP_EXECUTION:i MH_NO_REEXPORTED_DYLIBS:i MH_OBJECT:i MH_PIE:i MH_PREBINDABLE:i
      - MH_PREBOUND:i MH_PRELOAD:i MH_ROOT_SAFE:i MH_SETUID_SAFE:i MH_SPLIT_SEGS:i MH_SUBSECTIONS_VIA_SYMBOLS:i
      - MH_TWOLEVEL:i MH_WEAK_DEFINES:i SECTION_ATTRIBUTES:i SECTION_TYPE:i SG_FVMLIB:i SG_HIGHVM:i SG_NORELOC:i
      - SG_PROTECTED_VERSION_1:i S_16BYTE_LITERALS:i S_4BYTE_LITERALS:i S_8BYTE_LITERALS:i S_ATTR_DEBUG:i
      - S_ATTR_EXT_RELOC:i S_ATTR_LIVE_SUPPORT:i S_ATTR_LOC_RELOC:i S_ATTR_NO_DEAD_STRIP:i S_ATTR_NO_TOC:i
      - S_ATTR_PURE_INSTRUCTIONS:i S_ATTR_SELF_MODIFYING_CODE:i S_ATTR_SOME_INSTRUCTIONS:i S_ATTR_STRIP_STATIC_SYMS:i
      - S_COALESCED:i S_CSTRING_LITERALS:i S_DTRACE_DOF:i S_GB_ZEROFILL:i S_INTERPOSING:i
      - S_LAZY_DYLIB_SYMBOL_POINTERS:i S_LAZY_SYMBOL_POINTERS:i S_LITERAL_POINTERS:i S_MOD_INIT_FUNC_POINTERS:i
      - S_MOD_TERM_FUNC_POINTERS:i S_NON_LAZY_SYMBOL_POINTERS:i S_REGULAR:i S_SYMBOL_STUBS:i
      - S_THREAD_LOCAL_INIT_FUNCTION_POINTERS:i S_THREAD_LOCAL_REGULAR:i S_THREAD_LOCAL_VARIABLES:i
      - S_THREAD_LOCAL_VARIABLE_POINTERS:i S_THREAD_LOCAL_ZEROFILL:i S_ZEROFILL:i TVOS:i WATCHOS:i build_version
      - certificates[] code_signature_data cpusubtype:i cputype:i dyld_info dylib_hash() dylibs[] dynamic_linker:t
      - dysymtab entitlement_hash() entitlements[]:t entry_point:i entry_point_for_arch(integer)
      - entry_point_for_arch(integer,integer) export_hash() exports[]:t fat_arch[] fat_magic:i file[]
      - file_index_for_arch(integer) file_index_for_arch(integer,integer) filetype:i flags:i has_dylib(text)
      - has_entitlement(text) has_export(text) has_import(text) has_rpath(text) import_hash() imports[]:t
      - linker_options[]:t magic:i min_version ncmds:i nfat_arch:i number_of_segments:i reserved:i rpaths[]:t
      - segments[] sizeofcmds:i source_version:t stack_size:i symhash() symtab uuid:t
      build_version minos:t ntools:i platform:i sdk:t tools[]
      build_version.tools[] tool:i version:t
      certificates[] is_self_signed:b issuer:t subject:t
      code_signature_data dataoff:i datasize:i
      dyld_info bind_off:i bind_size:i export_off:i export_size:i lazy_bind_off:i lazy_bind_size:i rebase_off:i
      dyld_info rebase_size:i weak_bind_off:i weak_bind_size:i
      dylibs[] compatibility_version:t current_version:t name:t timestamp:i
      dysymtab extrefsymoff:i extreloff:i iextdefsym:i ilocalsym:i indirectsymoff:i iundefsym:i locreloff:i
      dysymtab modtaboff:i nextdefsym:i nextrefsyms:i nextrel:i nindirectsyms:i nlocalsym:i nlocrel:i nmodtab:i
      dysymtab ntoc:i nundefsym:i tocoff:i
      fat_arch[] align:i cpusubtype:i cputype:i offset:i reserved:i size:i
      file[] build_version certificates[] code_signature_data cpusubtype:i cputype:i dyld_info dylibs[]
      file[] dynamic_linker:t dysymtab entitlements[]:t entry_point:i exports[]:t filetype:i flags:i imports[]:t
      file[] linker_options[]:t magic:i min_version ncmds:i number_of_segments:i reserved:i rpaths[]:t segments[]
      file[] sizeofcmds:i source_version:t stack_size:i symtab uuid:t
      file[].build_version minos:t ntools:i platform:i sdk:t tools[]
      file[].build_version.tools[] tool:i version:t
      file[].certificates[] is_self_signed:b issuer:t subject:t
      file[].code_signature_data dataoff:i datasize:i
      file[].dyld_info bind_off:i bind_size:i export_off:i export_size:i lazy_bind_off:i lazy_bind_size:i
      file[].dyld_info rebase_off:i rebase_size:i weak_bind_off:i weak_bind_size:i
      file[].dylibs[] compatibility_version:t current_version:t name:t timestamp:i
      file[].dysymtab extrefsymoff:i extreloff:i iextdefsym:i ilocalsym:i indirectsymoff:i iundefsym:i locreloff:i
      file[].dysymtab modtaboff:i nextdefsym:i nextrefsyms:i nextrel:i nindirectsyms:i nlocalsym:i nlocrel:i
      file[].dysymtab nmodtab:i ntoc:i nundefsym:i tocoff:i
      file[].min_version device:i sdk:t version:t
      file[].segments[] fileoff:i filesize:i flags:i initprot:i maxprot:i nsects:i sections[] segname:t vmaddr:i
      file[].segments[] vmsize:i
      file[].segments[].sections[] addr:i align:i flags:i nreloc:i offset:i reloff:i reserved1:i reserved2:i
      file[].segments[].sections[] reserved3:i sectname:t segname:t size:i
      file[].symtab entries[]:t nlists[] nsyms:i stroff:i strsize:i symoff:i
      file[].symtab.nlists[] n_desc:i n_sect:i n_strx:i n_type:i n_value:i
      min_version device:i sdk:t version:t
      segments[] fileoff:i filesize:i flags:i initprot:i maxprot:i nsects:i sections[] segname:t vmaddr:i vmsize:i
      segments[].sections[] addr:i align:i flags:i nreloc:i offset:i reloff:i reserved1:i reserved2:i reserved3:i
      segments[].sections[] sectname:t segname:t size:i
      symtab entries[]:t nlists[] nsyms:i stroff:i strsize:i symoff:i
      symtab.nlists[] n_desc:i n_sect:i n_strx:i n_type:i n_value:i
      """
    ),
    (
      "magic",
      """
      - mime_type() type()
      """
    ),
    (
      "math",
      """
      - MEAN_BYTES:f abs(integer) count(integer) count(integer,integer,integer) deviation(integer,integer,float)
      - deviation(text,float) entropy(integer,integer) entropy(text) in_range(float,float,float)
      - in_range(integer,integer,integer) max(integer,integer) mean(integer,integer) mean(text) min(integer,integer)
      - mode() mode(integer,integer) monte_carlo_pi(integer,integer) monte_carlo_pi(text) percentage(integer)
      - percentage(integer,integer,integer) serial_correlation(integer,integer) serial_correlation(text)
      - to_number(boolean) to_string(integer) to_string(integer,integer)
      """
    ),
    (
      "msi",
      """
      - is_signed:b signatures[]
      signatures[] algorithm:t algorithm_oid:t certificates[] countersignatures[] digest:t digest_alg:t file_digest:t
      signatures[] issuer:t not_after:i not_before:i number_of_certificates:i number_of_countersignatures:i serial:t
      signatures[] signer_info subject:t thumbprint:t verified:b version:i
      signatures[].certificates[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t subject:t
      signatures[].certificates[] thumbprint:t version:i
      signatures[].countersignatures[] chain[] digest:t digest_alg:t sign_time:i verified:b
      signatures[].countersignatures[].chain[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t
      signatures[].countersignatures[].chain[] subject:t thumbprint:t version:i
      signatures[].signer_info chain[] digest:t digest_alg:t more_info:t program_name:t
      signatures[].signer_info.chain[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t
      signatures[].signer_info.chain[] subject:t thumbprint:t version:i
      """
    ),
    (
      "olecf",
      """
      - is_olecf:b streams[]
      StreamType ROOT:i STORAGE:i STREAM:i UNKNOWN:i
      streams[] name:t size:i type:i
      """
    ),
    (
      "pe",
      """
      - AGGRESIVE_WS_TRIM:i APPCONTAINER:i BYTES_REVERSED_HI:i BYTES_REVERSED_LO:i DEBUG_STRIPPED:i DLL:i
      - DYNAMIC_BASE:i EXECUTABLE_IMAGE:i FORCE_INTEGRITY:i GUARD_CF:i HIGH_ENTROPY_VA:i
      - IMAGE_DIRECTORY_ENTRY_ARCHITECTURE:i IMAGE_DIRECTORY_ENTRY_BASERELOC:i IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT:i
      - IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR:i IMAGE_DIRECTORY_ENTRY_COPYRIGHT:i IMAGE_DIRECTORY_ENTRY_DEBUG:i
      - IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT:i IMAGE_DIRECTORY_ENTRY_EXCEPTION:i IMAGE_DIRECTORY_ENTRY_EXPORT:i
      - IMAGE_DIRECTORY_ENTRY_GLOBALPTR:i IMAGE_DIRECTORY_ENTRY_IAT:i IMAGE_DIRECTORY_ENTRY_IMPORT:i
      - IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG:i IMAGE_DIRECTORY_ENTRY_RESOURCE:i IMAGE_DIRECTORY_ENTRY_SECURITY:i
      - IMAGE_DIRECTORY_ENTRY_TLS:i IMAGE_NT_OPTIONAL_HDR32_MAGIC:i IMAGE_NT_OPTIONAL_HDR64_MAGIC:i
      - IMAGE_ROM_OPTIONAL_HDR_MAGIC:i IMPORT_ANY:i IMPORT_DELAYED:i IMPORT_STANDARD:i LARGE_ADDRESS_AWARE:i
      - LINE_NUMS_STRIPPED:i LOCAL_SYMS_STRIPPED:i MACHINE_32BIT:i MACHINE_ALPHA:i MACHINE_ALPHA64:i MACHINE_AM33:i
      - MACHINE_AMD64:i MACHINE_ARM:i MACHINE_ARM64:i MACHINE_ARM64EC:i MACHINE_ARM64X:i MACHINE_ARMNT:i
      - MACHINE_AXP64:i MACHINE_EBC:i MACHINE_I386:i MACHINE_IA64:i MACHINE_LOONGARCH32:i MACHINE_LOONGARCH64:i
      - MACHINE_M32R:i MACHINE_MIPS16:i MACHINE_MIPSFPU:i MACHINE_MIPSFPU16:i MACHINE_POWERPC:i MACHINE_POWERPCFP:i
      - MACHINE_R10000:i MACHINE_R3000:i MACHINE_R3000BE:i MACHINE_R4000:i MACHINE_RISCV128:i MACHINE_RISCV32:i
      - MACHINE_RISCV64:i MACHINE_SH3:i MACHINE_SH3DSP:i MACHINE_SH4:i MACHINE_SH5:i MACHINE_THUMB:i MACHINE_UNKNOWN:i
      - MACHINE_WCEMIPSV2:i NET_RUN_FROM_SWAP:i NO_BIND:i NO_ISOLATION:i NO_SEH:i NX_COMPAT:i RELOCS_STRIPPED:i
      - REMOVABLE_RUN_FROM_SWAP:i RESOURCE_TYPE_ACCELERATOR:i RESOURCE_TYPE_ANICURSOR:i RESOURCE_TYPE_ANIICON:i
      - RESOURCE_TYPE_BITMAP:i RESOURCE_TYPE_CURSOR:i RESOURCE_TYPE_DIALOG:i RESOURCE_TYPE_DLGINCLUDE:i
      - RESOURCE_TYPE_FONT:i RESOURCE_TYPE_FONTDIR:i RESOURCE_TYPE_GROUP_CURSOR:i RESOURCE_TYPE_GROUP_ICON:i
      - RESOURCE_TYPE_HTML:i RESOURCE_TYPE_ICON:i RESOURCE_TYPE_MANIFEST:i RESOURCE_TYPE_MENU:i
      - RESOURCE_TYPE_MESSAGETABLE:i RESOURCE_TYPE_PLUGPLAY:i RESOURCE_TYPE_RCDATA:i RESOURCE_TYPE_STRING:i
      - RESOURCE_TYPE_VERSION:i RESOURCE_TYPE_VXD:i SECTION_ALIGN_1024BYTES:i SECTION_ALIGN_128BYTES:i
      - SECTION_ALIGN_16BYTES:i SECTION_ALIGN_1BYTES:i SECTION_ALIGN_2048BYTES:i SECTION_ALIGN_256BYTES:i
      - SECTION_ALIGN_2BYTES:i SECTION_ALIGN_32BYTES:i SECTION_ALIGN_4096BYTES:i SECTION_ALIGN_4BYTES:i
      - SECTION_ALIGN_512BYTES:i SECTION_ALIGN_64BYTES:i SECTION_ALIGN_8192BYTES:i SECTION_ALIGN_8BYTES:i
      - SECTION_ALIGN_MASK:i SECTION_CNT_CODE:i SECTION_CNT_INITIALIZED_DATA:i SECTION_CNT_UNINITIALIZED_DATA:i
      - SECTION_GPREL:i SECTION_LNK_COMDAT:i SECTION_LNK_INFO:i SECTION_LNK_NRELOC_OVFL:i SECTION_LNK_OTHER:i
      - SECTION_LNK_REMOVE:i SECTION_MEM_DISCARDABLE:i SECTION_MEM_EXECUTE:i SECTION_MEM_NOT_CACHED:i
      - SECTION_MEM_NOT_PAGED:i SECTION_MEM_READ:i SECTION_MEM_SHARED:i SECTION_MEM_WRITE:i
      - SECTION_NO_DEFER_SPEC_EXC:i SECTION_NO_PAD:i SECTION_SCALE_INDEX:i SUBSYSTEM_EFI_APPLICATION:i
      - SUBSYSTEM_EFI_BOOT_SERVICE_DRIVER:i SUBSYSTEM_EFI_ROM_IMAGE:i SUBSYSTEM_EFI_RUNTIME_DRIVER:i
      - SUBSYSTEM_NATIVE:i SUBSYSTEM_NATIVE_WINDOWS:i SUBSYSTEM_OS2_CUI:i SUBSYSTEM_POSIX_CUI:i SUBSYSTEM_UNKNOWN:i
      - SUBSYSTEM_WINDOWS_BOOT_APPLICATION:i SUBSYSTEM_WINDOWS_CE_GUI:i SUBSYSTEM_WINDOWS_CUI:i
      - SUBSYSTEM_WINDOWS_GUI:i SUBSYSTEM_XBOX:i SYSTEM:i TERMINAL_SERVER_AWARE:i UP_SYSTEM_ONLY:i WDM_DRIVER:i
      - base_of_code:i base_of_data:i calculate_checksum() characteristics:i checksum:i data_directories[]
      - delayed_import_details[] delayed_import_rva(text,integer) delayed_import_rva(text,text) dll_characteristics:i
      - dll_name:t entry_point:i entry_point_raw:i export_details[] export_timestamp:i exports(integer) exports(regex)
      - exports(text) exports_index(integer) exports_index(regex) exports_index(text) file_alignment:i image_base:i
      - image_version imphash() import_details[] import_rva(text,integer) import_rva(text,text)
      - imports(integer,regex,regex) imports(integer,text) imports(integer,text,integer) imports(integer,text,text)
      - imports(regex,regex) imports(text) imports(text,integer) imports(text,text) is_32bit() is_64bit() is_dll()
      - is_pe:b is_signed:b language(integer) linker_version loader_flags:i locale(integer) machine:i
      - number_of_delayed_imported_functions:i number_of_delayed_imports:i number_of_exports:i
      - number_of_imported_functions:i number_of_imports:i number_of_resources:i number_of_rva_and_sizes:i
      - number_of_sections:i number_of_signatures:i number_of_symbols:i number_of_version_infos:i
      - offset_to_rva(integer) opthdr_magic:i os_version overlay pdb_path:t pointer_to_symbol_table:i
      - resource_timestamp:i resource_version resources[] rich_signature rva_to_offset(integer) section_alignment:i
      - section_index(integer) section_index(text) sections[] signatures[] size_of_code:i size_of_headers:i
      - size_of_heap_commit:i size_of_heap_reserve:i size_of_image:i size_of_initialized_data:i
      - size_of_optional_header:i size_of_stack_commit:i size_of_stack_reserve:i size_of_uninitialized_data:i
      - subsystem:i subsystem_version timestamp:i version_info_list[] version_info{}:t win32_version_value:i
      data_directories[] size:i virtual_address:i
      delayed_import_details[] functions[] library_name:t number_of_functions:i
      delayed_import_details[].functions[] name:t ordinal:i rva:i
      export_details[] forward_name:t name:t offset:i ordinal:i rva:i
      image_version major:i minor:i
      import_details[] functions[] library_name:t number_of_functions:i
      import_details[].functions[] name:t ordinal:i rva:i
      linker_version major:i minor:i
      os_version major:i minor:i
      overlay offset:i size:i
      resource_version major:i minor:i
      resources[] id:i language:i language_string:t length:i name_string:t offset:i rva:i type:i type_string:t
      rich_signature clear_data:t key:i length:i offset:i raw_data:t toolid(integer) toolid(integer,integer) tools[]
      rich_signature version(integer) version(integer,integer)
      rich_signature.tools[] times:i toolid:i version:i
      sections[] characteristics:i full_name:t name:t number_of_line_numbers:i number_of_relocations:i
      sections[] pointer_to_line_numbers:i pointer_to_relocations:i raw_data_offset:i raw_data_size:i
      sections[] virtual_address:i virtual_size:i
      signatures[] algorithm:t algorithm_oid:t certificates[] countersignatures[] digest:t digest_alg:t file_digest:t
      signatures[] issuer:t not_after:i not_before:i number_of_certificates:i number_of_countersignatures:i serial:t
      signatures[] signer_info subject:t thumbprint:t valid_on(integer) verified:b version:i
      signatures[].certificates[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t subject:t
      signatures[].certificates[] thumbprint:t version:i
      signatures[].countersignatures[] chain[] digest:t digest_alg:t sign_time:i verified:b
      signatures[].countersignatures[].chain[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t
      signatures[].countersignatures[].chain[] subject:t thumbprint:t version:i
      signatures[].signer_info chain[] digest:t digest_alg:t more_info:t program_name:t
      signatures[].signer_info.chain[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t
      signatures[].signer_info.chain[] subject:t thumbprint:t version:i
      subsystem_version major:i minor:i
      version_info_list[] key:t value:t
      """
    ),
    (
      "string",
      """
      - length(text) to_int(text) to_int(text,integer)
      """
    ),
    (
      "time",
      """
      - now()
      """
    ),
    (
      "vba",
      """
      - MODULE_TYPE_CLASS:i MODULE_TYPE_STANDARD:i MODULE_TYPE_UNKNOWN:i has_macros:b modules[] project_info
      modules[] code:t name:t type:i
      project_info module_count:i name:t references[]:t version:t
      """
    ),
    (
      "vt",
      """
      - behaviour metadata net
      AlertSeverity high:i info:i low:i medium:i unset:i
      BehaviourTrait BIG_UPSTREAM:i BROWSER_CREDS:i CALLS_WMI:i CHECKS_BIOS:i CHECKS_CPU_NAME:i CHECKS_DISK_SPACE:i
      BehaviourTrait CHECKS_GPS:i CHECKS_HOSTNAME:i CHECKS_MEMORY_AVAILABLE:i CHECKS_NETWORK_ADAPTERS:i
      BehaviourTrait CHECKS_PCI_BUS:i CHECKS_USB_BUS:i CHECKS_USER_INPUT:i CHECKS_VM:i CLIPBOARD:i CRYPTO:i
      BehaviourTrait CRYPTO_WALLETS:i DECRYPTS_EXE:i DETECT_DEBUG_ENVIRONMENT:i DIRECT_CPU_CLOCK_ACCESS:i
      BehaviourTrait DISABLES_SECURITY:i EVAL_FUNCTION:i EXECUTES_DROPPED_FILE:i FTP_COMMUNICATION:i HOSTS_MODIFIER:i
      BehaviourTrait IDLE:i INSTALLS_BROWSER_EXTENSION:i IRC_COMMUNICATION:i LISTENS:i LONG_SLEEPS:i
      BehaviourTrait MACRO_ANTI_ANALYSIS:i MACRO_COPY_FILE:i MACRO_CREATE_DIR:i MACRO_CREATE_FILE:i
      BehaviourTrait MACRO_CREATE_OLE:i MACRO_DOWNLOAD_URL:i MACRO_ENUM_WINDOWS:i MACRO_ENVIRON:i MACRO_HANDLE_FILE:i
      BehaviourTrait MACRO_HIDE_APP:i MACRO_OPEN_FILE:i MACRO_POWERSHELL:i MACRO_REGISTRY:i MACRO_RUN_DLL:i
      BehaviourTrait MACRO_RUN_FILE:i MACRO_SAVE_WORKBOOK:i MACRO_SEND_KEYS:i MACRO_WRITE_FILE:i
      BehaviourTrait MYSQL_COMMUNICATION:i OBFUSCATED:i OS_CREDENTIALS:i PASSWORD_DIALOG:i PERSISTENCE:i QR_CODE:i
      BehaviourTrait REFLECTION:i REPEATED_CLOCK_ACCESS:i RUNTIME_MODULES:i SELF_DELETE:i SENDS_SMS:i SERVICE_SCAN:i
      BehaviourTrait SETS_PROCESS_NAME:i SMTP_COMMUNICATION:i SSH_COMMUNICATION:i STRIP_QUARANTINE:i SUDO:i
      BehaviourTrait SUSPICIOUS_DNS:i SUSPICIOUS_UDP:i TELEPHONY:i TELNET_COMMUNICATION:i TUNNELING:i
      BehaviourTrait UNKNOWN_BEHAVIOUR:i UNSIGNED_EXEC:i WEB_EXFIL:i
      BehaviourVerdict ADWARE:i BANKER:i CLEAN:i EVADER:i EXPLOIT:i GREYWARE:i MALWARE:i PHISHING:i RANSOM:i RAT:i
      BehaviourVerdict SPREADER:i STEALER:i TROJAN:i UNKNOWN_VERDICT:i
      BrowserResourceType BROWSER_RESOURCE_TYPE_CSP_REPORT:i BROWSER_RESOURCE_TYPE_DOCUMENT:i
      BrowserResourceType BROWSER_RESOURCE_TYPE_FETCH:i BROWSER_RESOURCE_TYPE_FONT:i BROWSER_RESOURCE_TYPE_IMAGE:i
      BrowserResourceType BROWSER_RESOURCE_TYPE_MAIN_FRAME:i BROWSER_RESOURCE_TYPE_MEDIA:i
      BrowserResourceType BROWSER_RESOURCE_TYPE_OBJECT:i BROWSER_RESOURCE_TYPE_OTHER:i BROWSER_RESOURCE_TYPE_PING:i
      BrowserResourceType BROWSER_RESOURCE_TYPE_SCRIPT:i BROWSER_RESOURCE_TYPE_STYLESHEET:i
      BrowserResourceType BROWSER_RESOURCE_TYPE_SUB_FRAME:i BROWSER_RESOURCE_TYPE_WEBSOCKET:i
      BrowserResourceType BROWSER_RESOURCE_TYPE_XHR:i
      ConsoleMessage.LogLevel LOG_LEVEL_DEBUG:i LOG_LEVEL_ERROR:i LOG_LEVEL_INFO:i LOG_LEVEL_LOG:i
      ConsoleMessage.LogLevel LOG_LEVEL_UNDEFINED:i LOG_LEVEL_WARNING:i
      Cookie.CookiePriority COOKIE_PRIORITY_HIGH:i COOKIE_PRIORITY_LOW:i COOKIE_PRIORITY_MEDIUM:i
      Cookie.CookiePriority COOKIE_PRIORITY_UNDEFINED:i
      Domain.Permutation ALL:i BITSQUATTING:i HOMOGLYPH:i HYPHENATION:i SUBDOMAIN:i TYPO:i
      FileType ACE:i ANDROID:i APPLE:i APPLEDOUBLE:i APPLESCRIPT:i APPLESCRIPT_COMPILED:i APPLESINGLE:i APPLE_PLIST:i
      FileType ARC:i ARJ:i ASD:i ASF:i AVI:i AWK:i BAT:i BLACKHOLE:i BMP:i BZIP:i C:i CAB:i CAP:i CHM:i COFF:i
      FileType COOKIE:i CPP:i CRT:i CRX:i CSS:i CSV:i DEB:i DESKTOP_ENTRY:i DIB:i DIVX:i DMG:i DOC:i DOCX:i DOS_COM:i
      FileType DOS_EXE:i DWG:i DXF:i DYALOG:i DZIP:i EBOOK:i ELF:i EMAIL:i EMF:i EOT:i EPS:i FLA:i FLAC:i FLC:i FLI:i
      FileType FLV:i FORTRAN:i FPX:i GIF:i GIMP:i GOLANG:i GUL:i GZIP:i HTA:i HTML:i HWP:i ICO:i INI:i
      FileType INTERNET_SHORTCUT:i IN_DESIGN:i IPHONE:i IPS:i ISOIMAGE:i JAR:i JAVA:i JAVASCRIPT:i JAVA_BYTECODE:i
      FileType JMOD:i JNG:i JPEG:i JSON:i KGB:i LATEX:i LINUX:i LINUX_KERNEL:i LNK:i LZFSE:i M3U:i M4:i MACH_O:i
      FileType MACINTOSH:i MACINTOSH_HFS:i MACINTOSH_LIB:i MAKEFILE:i MIDI:i MKV:i MOV:i MP3:i MP4:i MPEG:i MSC:i
      FileType MSCOMPRESS:i MSI:i MSIX:i NE_DLL:i NE_EXE:i OBJETIVEC:i ODF:i ODG:i ODP:i ODS:i ODT:i OGG:i ONE_NOTE:i
      FileType OUTLOOK:i PALMOS:i PASCAL:i PDF:i PEM:i PERL:i PE_DLL:i PE_EXE:i PGP:i PHP:i PKG:i PNG:i POWERSHELL:i
      FileType PPSX:i PPT:i PPTX:i PS:i PSD:i PYC:i PYTHON:i PYTHON_PKG:i PYTHON_WHL:i QUICKTIME:i RAR:i RDP:i RM:i
      FileType ROM:i RPM:i RTF:i RUBY:i RZIP:i SCRIPT:i SEVENZIP:i SGML:i SHELLCODE:i SHELLSCRIPT:i SKILL:i SLK:i
      FileType SQL:i SQUASHFS:i SVG:i SWF:i SYMBIAN:i T3GP:i TAR:i TARGA:i TEXT:i TIFF:i TORRENT:i TTF:i UNKNOWN:i
      FileType UNUSED_CLJ:i UNUSED_NEKO:i UNUSED_OOXML:i UNUSED_PDB:i UNUSED_THREEDS:i UNUSED_WER:i VBA:i VHD:i
      FileType VHDX:i WAV:i WEBM:i WEBP:i WINCE:i WMA:i WMV:i WOFF:i XLS:i XLSX:i XML:i XPI:i XWD:i ZIP:i ZLIB:i
      FileType ZST:i
      GtiSeverity SEVERITY_HIGH:i SEVERITY_LOW:i SEVERITY_MEDIUM:i SEVERITY_NONE:i SEVERITY_UNKNOWN:i
      GtiVerdict VERDICT_BENIGN:i VERDICT_MALICIOUS:i VERDICT_SUSPICIOUS:i VERDICT_UNDETECTED:i VERDICT_UNKNOWN:i
      Http.Method CONNECT:i DELETE:i GET:i HEAD:i OPTIONS:i PATCH:i POST:i PROPFIND:i PUT:i SETUP:i TRACE:i UNKNOWN:i
      Http.Method UNLOCK:i
      ImpactSeverity IMPACT_SEVERITY_HIGH:i IMPACT_SEVERITY_INFO:i IMPACT_SEVERITY_LOW:i IMPACT_SEVERITY_MEDIUM:i
      ImpactSeverity IMPACT_SEVERITY_UNKNOWN:i
      Net.Protocol AH:i ESP:i ICMP:i IGMP:i L2TP:i SCTP:i TCP:i UDP:i UNKNOWN:i
      NetError NET_ERROR_ADDRESS_UNREACHABLE:i NET_ERROR_CONNECTION_CLOSED:i NET_ERROR_CONNECTION_REFUSED:i
      NetError NET_ERROR_CONNECTION_RESET:i NET_ERROR_CONNECTION_TIMED_OUT:i NET_ERROR_EMPTY_RESPONSE:i
      NetError NET_ERROR_HTTP:i NET_ERROR_INVALID_HTTP_RESPONSE:i NET_ERROR_INVALID_REDIRECT:i
      NetError NET_ERROR_INVALID_RESPONSE:i NET_ERROR_NAME_NOT_RESOLVED:i NET_ERROR_SSL_KEY_USAGE_INCOMPATIBLE:i
      NetError NET_ERROR_SSL_PROTOCOL_ERROR:i NET_ERROR_SSL_UNRECOGNIZED_NAME_ALERT:i
      NetError NET_ERROR_SSL_VERSION_OR_CIPHER_MISMATCH:i NET_ERROR_TIMED_OUT:i
      NetError NET_ERROR_TOO_MANY_ACCEPT_CH_RESTARTS:i NET_ERROR_TOO_MANY_REDIRECTS:i
      NetError NET_ERROR_UNEXPECTED_PROXY_AUTH:i NET_ERROR_UNSAFE_PORT:i NET_ERROR_UNSPECIFIED:i
      SigmaRule.Level critical:i high:i low:i medium:i unknown:i
      SignatureMatch.SignatureFormat SIG_FORMAT_CAPA:i SIG_FORMAT_KEYWORD:i SIG_FORMAT_OPENIOC:i SIG_FORMAT_SIGMA:i
      SignatureMatch.SignatureFormat SIG_FORMAT_UNKNOWN:i SIG_FORMAT_YARA:i
      TransportLayerProtocol AH:i ESP:i ICMP:i IGMP:i L2TP:i SCTP:i TCP:i UDP:i UNKNOWN:i
      behaviour activities_started[]:t calls_highlighted[]:t command_executions[]:t content_model_observers[]:t
      behaviour content_model_sets[] crypto_algorithms_observed[]:t crypto_keys[]:t crypto_plain_text[]:t
      behaviour databases_deleted[]:t databases_opened[]:t dns_lookups[] encoding_algorithms_observed[]:t
      behaviour files_attribute_changed[]:t files_copied[] files_deleted[]:t files_dropped[] files_opened[]:t
      behaviour files_written[]:t hosts_file:t http_conversations[] ids_alerts[] invokes[]:t ip_traffic[]
      behaviour ja3_digests[]:t mbc[] memory_pattern_domains[]:t memory_pattern_ips[]:t memory_pattern_urls[]:t
      behaviour mitre_attack_techniques[] modules_loaded[]:t mutexes_created[]:t mutexes_opened[]:t
      behaviour payloads_extracted[] permissions_checked[] permissions_requested[]:t processes_created[]:t
      behaviour processes_injected[]:t processes_killed[]:t processes_list[] processes_terminated[]:t
      behaviour registry_keys_deleted[]:t registry_keys_opened[]:t registry_keys_set[] services_bound[]:t
      behaviour services_created[]:t services_deleted[]:t services_opened[]:t services_started[]:t
      behaviour services_stopped[]:t shared_preferences_lookups[]:t shared_preferences_sets[]
      behaviour sigma_analysis_results[] signals_hooked[]:t signals_observed[]:t signature_matches[] sms_sent[]
      behaviour smtp_conversations[] system_property_lookups[]:t system_property_sets[] text_decoded[]:t
      behaviour text_highlighted[]:t tls[] traits[]:i verdict_confidence:i verdict_labels[]:t verdicts[]:i
      behaviour windows_hidden[]:t windows_searched[]:t
      behaviour.content_model_sets[] key:t value:t
      behaviour.dns_lookups[] hostname:t resolved_ips[]:t txt_records[]:t
      behaviour.files_copied[] destination:t source:t
      behaviour.files_dropped[] download_url:t path:t process_id:t process_name:t sha256:t type:i
      behaviour.http_conversations[] request_headers{}:t request_method:i response_body_filetype:i
      behaviour.http_conversations[] response_body_first_ten_bytes:t response_headers{}:t response_status_code:i
      behaviour.http_conversations[] url:t
      behaviour.ids_alerts[] alert_context alert_severity:i rule_category:t rule_id:t rule_msg:t rule_raw:t
      behaviour.ids_alerts[] rule_references[]:t rule_source:t rule_url:t tags[]:t
      behaviour.ids_alerts[].alert_context dest_ip:t dest_port:i hostname:t ja3[]:t ja3s[]:t protocol:i src_ip:t
      behaviour.ids_alerts[].alert_context src_port:i url:t
      behaviour.ip_traffic[] destination_ip:t destination_ip_as_int:i destination_ip_asn:i destination_port:i
      behaviour.ip_traffic[] transport_layer_protocol:i
      behaviour.mbc[] behavior:t id:t method:t objective:t
      behaviour.mitre_attack_techniques[] id:t severity:i signature_description:t
      behaviour.payloads_extracted[] payload_type:t process_name:t sha256:t size:i timestamp type:i
      behaviour.payloads_extracted[].timestamp nanos:i seconds:i
      behaviour.permissions_checked[] owner:t permission:t
      behaviour.processes_list[] ancestor_names[]:t files_copied[] files_deleted[]:t files_opened[]:t
      behaviour.processes_list[] files_written[]:t name:t parent_name:t parent_process_id:t process_id:t start_time:i
      behaviour.processes_list[] termination_time:i
      behaviour.processes_list[].files_copied[] destination:t source:t
      behaviour.registry_keys_set[] key:t value:t
      behaviour.shared_preferences_sets[] key:t value:t
      behaviour.sigma_analysis_results[] match_context[] rule_author:t rule_description:t rule_id:t rule_level:i
      behaviour.sigma_analysis_results[] rule_source:t rule_title:t
      behaviour.sigma_analysis_results[].match_context[] values{}:t
      behaviour.signature_matches[] authors[]:t description:t events[]:t format:i id:t match_data[]:t name:t
      behaviour.signature_matches[] rule_src:t severity:i
      behaviour.sms_sent[] body:t destination:t
      behaviour.smtp_conversations[] attachments[] auth_pass:t auth_user:t destination_ip:t destination_port:i
      behaviour.smtp_conversations[] headers[] hostname:t html_body:t message_bcc[]:t message_cc[]:t message_from[]:t
      behaviour.smtp_conversations[] message_to[]:t smtp_from:t smtp_to[]:t subject:t timestamp:t txt_body:t
      behaviour.smtp_conversations[] x_mailer:t
      behaviour.smtp_conversations[].attachments[] download_url:t path:t process_id:t process_name:t sha256:t type:i
      behaviour.smtp_conversations[].headers[] key:t value:t
      behaviour.system_property_sets[] key:t value:t
      behaviour.tls[] issuer{}:t ja3:t ja3s:t ja4:t serial_number:t sni:t subject{}:t thumbprint:t version:t
      metadata analysis_stats exiftool{}:t file_name:t file_size:i file_type:i file_type_tags[]:t
      metadata first_submission_date:i goresym gti_assessment imphash:t itw magic:t main_icon malware_families[]:t
      metadata md5:t new_file:b sha1:t sha256:t signatures{}:t ssdeep:t subfile:b submitter tags[]:t telfhash:t
      metadata times_submitted:i tlsh:t unique_sources:i vhash:t
      metadata.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i undetected:i
      metadata.goresym arch:t build_id:t build_info os:t summary version:t
      metadata.goresym.build_info dependencies{}:t path:t settings{}:t
      metadata.goresym.summary num_dependencies:i num_interfaces:i num_std_functions:i num_types:i
      metadata.goresym.summary num_user_functions:i
      metadata.gti_assessment severity threat_score verdict
      metadata.gti_assessment.severity value:i
      metadata.gti_assessment.threat_score value:i
      metadata.gti_assessment.verdict value:i
      metadata.itw domain ip url
      metadata.itw.domain analysis_stats categories{}:t communicating_file dns_records[] downloaded_file favicon
      metadata.itw.domain first_resolution:b first_whois:b gti_assessment https_certificate jarm:t new_domain:b
      metadata.itw.domain new_resolution:b new_whois:b number_of_popularity_ranks:i number_of_root_popularity_ranks:i
      metadata.itw.domain permutation_of(text) permutation_of(text,integer) popularity_ranks[] raw:t root:t
      metadata.itw.domain root_popularity_ranks[] signatures{}:t tags[]:t whois_raw:t whois{}:t
      metadata.itw.domain.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      metadata.itw.domain.analysis_stats undetected:i
      metadata.itw.domain.communicating_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b
      metadata.itw.domain.communicating_file new_for_vt:b sha256:t signatures{}:t
      metadata.itw.domain.communicating_file.analysis_stats failure:i harmless:i malicious:i suspicious:i
      metadata.itw.domain.communicating_file.analysis_stats type_unsupported:i undetected:i
      metadata.itw.domain.dns_records[] dns_class:t expire:i minimum:i mname:t priority:i refresh:i retry:i rname:t
      metadata.itw.domain.dns_records[] serial:i ttl:i type:t value:t
      metadata.itw.domain.downloaded_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b
      metadata.itw.domain.downloaded_file new_for_vt:b sha256:t signatures{}:t
      metadata.itw.domain.downloaded_file.analysis_stats failure:i harmless:i malicious:i suspicious:i
      metadata.itw.domain.downloaded_file.analysis_stats type_unsupported:i undetected:i
      metadata.itw.domain.favicon dhash:t raw_md5:t
      metadata.itw.domain.gti_assessment severity threat_score verdict
      metadata.itw.domain.gti_assessment.severity value:i
      metadata.itw.domain.gti_assessment.threat_score value:i
      metadata.itw.domain.gti_assessment.verdict value:i
      metadata.itw.domain.https_certificate algorithm:t host:t issuer serial_number:t signature:t
      metadata.itw.domain.https_certificate signature_algorithm:t subject subject_alternative_name[]:t thumbprint:t
      metadata.itw.domain.https_certificate validity version:t
      metadata.itw.domain.https_certificate.issuer alternative_names[]:t common_name:t country:t locality:t
      metadata.itw.domain.https_certificate.issuer organization:t organizational_unit:t postal_code:t state:t
      metadata.itw.domain.https_certificate.issuer street_address:t
      metadata.itw.domain.https_certificate.subject alternative_names[]:t common_name:t country:t locality:t
      metadata.itw.domain.https_certificate.subject organization:t organizational_unit:t postal_code:t state:t
      metadata.itw.domain.https_certificate.subject street_address:t
      metadata.itw.domain.https_certificate.validity not_after:i not_before:i
      metadata.itw.domain.popularity_ranks[] ingestion_time:i position:i rank:t
      metadata.itw.domain.root_popularity_ranks[] ingestion_time:i position:i rank:t
      metadata.itw.ip analysis_stats communicating_file downloaded_file first_whois:b gti_assessment
      metadata.itw.ip https_certificate in_range(text) ip_as_int:i ip_as_owner:t ip_asn:i ip_country:t jarm:t
      metadata.itw.ip new_whois:b ports[] raw:t reverse_lookup:t signatures{}:t tags[]:t whois_raw:t whois{}:t
      metadata.itw.ip.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i undetected:i
      metadata.itw.ip.communicating_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b
      metadata.itw.ip.communicating_file new_for_vt:b sha256:t signatures{}:t
      metadata.itw.ip.communicating_file.analysis_stats failure:i harmless:i malicious:i suspicious:i
      metadata.itw.ip.communicating_file.analysis_stats type_unsupported:i undetected:i
      metadata.itw.ip.downloaded_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b
      metadata.itw.ip.downloaded_file new_for_vt:b sha256:t signatures{}:t
      metadata.itw.ip.downloaded_file.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      metadata.itw.ip.downloaded_file.analysis_stats undetected:i
      metadata.itw.ip.gti_assessment severity threat_score verdict
      metadata.itw.ip.gti_assessment.severity value:i
      metadata.itw.ip.gti_assessment.threat_score value:i
      metadata.itw.ip.gti_assessment.verdict value:i
      metadata.itw.ip.https_certificate algorithm:t host:t issuer serial_number:t signature:t signature_algorithm:t
      metadata.itw.ip.https_certificate subject subject_alternative_name[]:t thumbprint:t validity version:t
      metadata.itw.ip.https_certificate.issuer alternative_names[]:t common_name:t country:t locality:t
      metadata.itw.ip.https_certificate.issuer organization:t organizational_unit:t postal_code:t state:t
      metadata.itw.ip.https_certificate.issuer street_address:t
      metadata.itw.ip.https_certificate.subject alternative_names[]:t common_name:t country:t locality:t
      metadata.itw.ip.https_certificate.subject organization:t organizational_unit:t postal_code:t state:t
      metadata.itw.ip.https_certificate.subject street_address:t
      metadata.itw.ip.https_certificate.validity not_after:i not_before:i
      metadata.itw.ip.ports[] device_type:t fingerprint:t os_type:t port:i port_banner:t port_service[] port_status:t
      metadata.itw.ip.ports[] protocol:t
      metadata.itw.ip.ports[].port_service[] cpe:t product:t version:t
      metadata.itw.url analysis_stats categories{}:t communicating_file console_messages[] cookies_extended[]
      metadata.itw.url cookies{}:t dom_sha256:t downloaded_file embedded_resources[] favicon filename:t
      metadata.itw.url first_submission_date:i gti_assessment hostname:t html_meta_tags[] html_title:t
      metadata.itw.url javascript_variables{}:t new_url:b number_of_response_headers:i outgoing_links[]:t params{}:t
      metadata.itw.url path:t port:i query:t raw:t redirects[]:t resources[] response_code:i response_headers{}:t
      metadata.itw.url signatures{}:t submitter tags[]:t tls[] trackers[] web_technologies[]
      metadata.itw.url.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i undetected:i
      metadata.itw.url.communicating_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b
      metadata.itw.url.communicating_file new_for_vt:b sha256:t signatures{}:t
      metadata.itw.url.communicating_file.analysis_stats failure:i harmless:i malicious:i suspicious:i
      metadata.itw.url.communicating_file.analysis_stats type_unsupported:i undetected:i
      metadata.itw.url.console_messages[] content:t level:i source_file:t
      metadata.itw.url.cookies_extended[] domain:t expires:i http_only:b name:t priority:i secure:b session:b size:i
      metadata.itw.url.cookies_extended[] value:t
      metadata.itw.url.downloaded_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b
      metadata.itw.url.downloaded_file new_for_vt:b sha256:t signatures{}:t
      metadata.itw.url.downloaded_file.analysis_stats failure:i harmless:i malicious:i suspicious:i
      metadata.itw.url.downloaded_file.analysis_stats type_unsupported:i undetected:i
      metadata.itw.url.embedded_resources[] analysis_stats file_type:i new_for_url:b sha256:t signatures{}:t
      metadata.itw.url.embedded_resources[].analysis_stats failure:i harmless:i malicious:i suspicious:i
      metadata.itw.url.embedded_resources[].analysis_stats type_unsupported:i undetected:i
      metadata.itw.url.favicon dhash:t raw_md5:t
      metadata.itw.url.gti_assessment severity threat_score verdict
      metadata.itw.url.gti_assessment.severity value:i
      metadata.itw.url.gti_assessment.threat_score value:i
      metadata.itw.url.gti_assessment.verdict value:i
      metadata.itw.url.html_meta_tags[] key:t values[]:t
      metadata.itw.url.resources[] browser_type:i content_length:i method:i net_error:i redirects[]:t response_code:i
      metadata.itw.url.resources[] response_headers{}:t reverse_dns:t serving_ip_address:t sha256:t type:i url:t
      metadata.itw.url.submitter city:t country:t
      metadata.itw.url.tls[] algorithm:t host:t issuer serial_number:t signature:t signature_algorithm:t subject
      metadata.itw.url.tls[] subject_alternative_name[]:t thumbprint:t validity version:t
      metadata.itw.url.tls[].issuer alternative_names[]:t common_name:t country:t locality:t organization:t
      metadata.itw.url.tls[].issuer organizational_unit:t postal_code:t state:t street_address:t
      metadata.itw.url.tls[].subject alternative_names[]:t common_name:t country:t locality:t organization:t
      metadata.itw.url.tls[].subject organizational_unit:t postal_code:t state:t street_address:t
      metadata.itw.url.tls[].validity not_after:i not_before:i
      metadata.itw.url.trackers[] id:t name:t url:t
      metadata.itw.url.web_technologies[] name:t version:t
      metadata.main_icon dhash:t raw_md5:t
      metadata.submitter city:t country:t
      net domain ip url
      net.domain analysis_stats categories{}:t communicating_file dns_records[] downloaded_file favicon
      net.domain first_resolution:b first_whois:b gti_assessment https_certificate jarm:t new_domain:b
      net.domain new_resolution:b new_whois:b number_of_popularity_ranks:i number_of_root_popularity_ranks:i
      net.domain permutation_of(text) permutation_of(text,integer) popularity_ranks[] raw:t root:t
      net.domain root_popularity_ranks[] signatures{}:t tags[]:t whois_raw:t whois{}:t
      net.domain.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i undetected:i
      net.domain.communicating_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b
      net.domain.communicating_file new_for_vt:b sha256:t signatures{}:t
      net.domain.communicating_file.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      net.domain.communicating_file.analysis_stats undetected:i
      net.domain.dns_records[] dns_class:t expire:i minimum:i mname:t priority:i refresh:i retry:i rname:t serial:i
      net.domain.dns_records[] ttl:i type:t value:t
      net.domain.downloaded_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b new_for_vt:b
      net.domain.downloaded_file sha256:t signatures{}:t
      net.domain.downloaded_file.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      net.domain.downloaded_file.analysis_stats undetected:i
      net.domain.favicon dhash:t raw_md5:t
      net.domain.gti_assessment severity threat_score verdict
      net.domain.gti_assessment.severity value:i
      net.domain.gti_assessment.threat_score value:i
      net.domain.gti_assessment.verdict value:i
      net.domain.https_certificate algorithm:t host:t issuer serial_number:t signature:t signature_algorithm:t
      net.domain.https_certificate subject subject_alternative_name[]:t thumbprint:t validity version:t
      net.domain.https_certificate.issuer alternative_names[]:t common_name:t country:t locality:t organization:t
      net.domain.https_certificate.issuer organizational_unit:t postal_code:t state:t street_address:t
      net.domain.https_certificate.subject alternative_names[]:t common_name:t country:t locality:t organization:t
      net.domain.https_certificate.subject organizational_unit:t postal_code:t state:t street_address:t
      net.domain.https_certificate.validity not_after:i not_before:i
      net.domain.popularity_ranks[] ingestion_time:i position:i rank:t
      net.domain.root_popularity_ranks[] ingestion_time:i position:i rank:t
      net.ip analysis_stats communicating_file downloaded_file first_whois:b gti_assessment https_certificate
      net.ip in_range(text) ip_as_int:i ip_as_owner:t ip_asn:i ip_country:t jarm:t new_whois:b ports[] raw:t
      net.ip reverse_lookup:t signatures{}:t tags[]:t whois_raw:t whois{}:t
      net.ip.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i undetected:i
      net.ip.communicating_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b new_for_vt:b
      net.ip.communicating_file sha256:t signatures{}:t
      net.ip.communicating_file.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      net.ip.communicating_file.analysis_stats undetected:i
      net.ip.downloaded_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b new_for_vt:b
      net.ip.downloaded_file sha256:t signatures{}:t
      net.ip.downloaded_file.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      net.ip.downloaded_file.analysis_stats undetected:i
      net.ip.gti_assessment severity threat_score verdict
      net.ip.gti_assessment.severity value:i
      net.ip.gti_assessment.threat_score value:i
      net.ip.gti_assessment.verdict value:i
      net.ip.https_certificate algorithm:t host:t issuer serial_number:t signature:t signature_algorithm:t subject
      net.ip.https_certificate subject_alternative_name[]:t thumbprint:t validity version:t
      net.ip.https_certificate.issuer alternative_names[]:t common_name:t country:t locality:t organization:t
      net.ip.https_certificate.issuer organizational_unit:t postal_code:t state:t street_address:t
      net.ip.https_certificate.subject alternative_names[]:t common_name:t country:t locality:t organization:t
      net.ip.https_certificate.subject organizational_unit:t postal_code:t state:t street_address:t
      net.ip.https_certificate.validity not_after:i not_before:i
      net.ip.ports[] device_type:t fingerprint:t os_type:t port:i port_banner:t port_service[] port_status:t
      net.ip.ports[] protocol:t
      net.ip.ports[].port_service[] cpe:t product:t version:t
      net.url analysis_stats categories{}:t communicating_file console_messages[] cookies_extended[] cookies{}:t
      net.url dom_sha256:t downloaded_file embedded_resources[] favicon filename:t first_submission_date:i
      net.url gti_assessment hostname:t html_meta_tags[] html_title:t javascript_variables{}:t new_url:b
      net.url number_of_response_headers:i outgoing_links[]:t params{}:t path:t port:i query:t raw:t redirects[]:t
      net.url resources[] response_code:i response_headers{}:t signatures{}:t submitter tags[]:t tls[] trackers[]
      net.url web_technologies[]
      net.url.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i undetected:i
      net.url.communicating_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b new_for_vt:b
      net.url.communicating_file sha256:t signatures{}:t
      net.url.communicating_file.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      net.url.communicating_file.analysis_stats undetected:i
      net.url.console_messages[] content:t level:i source_file:t
      net.url.cookies_extended[] domain:t expires:i http_only:b name:t priority:i secure:b session:b size:i value:t
      net.url.downloaded_file analysis_stats file_type:i new_for_domain:b new_for_ip:b new_for_url:b new_for_vt:b
      net.url.downloaded_file sha256:t signatures{}:t
      net.url.downloaded_file.analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      net.url.downloaded_file.analysis_stats undetected:i
      net.url.embedded_resources[] analysis_stats file_type:i new_for_url:b sha256:t signatures{}:t
      net.url.embedded_resources[].analysis_stats failure:i harmless:i malicious:i suspicious:i type_unsupported:i
      net.url.embedded_resources[].analysis_stats undetected:i
      net.url.favicon dhash:t raw_md5:t
      net.url.gti_assessment severity threat_score verdict
      net.url.gti_assessment.severity value:i
      net.url.gti_assessment.threat_score value:i
      net.url.gti_assessment.verdict value:i
      net.url.html_meta_tags[] key:t values[]:t
      net.url.resources[] browser_type:i content_length:i method:i net_error:i redirects[]:t response_code:i
      net.url.resources[] response_headers{}:t reverse_dns:t serving_ip_address:t sha256:t type:i url:t
      net.url.submitter city:t country:t
      net.url.tls[] algorithm:t host:t issuer serial_number:t signature:t signature_algorithm:t subject
      net.url.tls[] subject_alternative_name[]:t thumbprint:t validity version:t
      net.url.tls[].issuer alternative_names[]:t common_name:t country:t locality:t organization:t
      net.url.tls[].issuer organizational_unit:t postal_code:t state:t street_address:t
      net.url.tls[].subject alternative_names[]:t common_name:t country:t locality:t organization:t
      net.url.tls[].subject organizational_unit:t postal_code:t state:t street_address:t
      net.url.tls[].validity not_after:i not_before:i
      net.url.trackers[] id:t name:t url:t
      net.url.web_technologies[] name:t version:t
      """
    ),
    (
      "zip",
      """
      - BZIP2:i DEFLATE64:i DEFLATED:i IMPLODED:i LZMA:i PKWARE_IMPLODING:i REDUCED_1:i REDUCED_2:i REDUCED_3:i
      - REDUCED_4:i SHRUNK:i STORED:i UNKNOWN:i XZ:i ZSTD:i entries[] is_zip:b
      entries[] compressed_size:i compression:i file_path:t uncompressed_size:i
      """
    ),
  ]

  static let yara: [(module: String, names: String)] = [
    (
      "console",
      """
      - hex(integer) hex(text,integer) log(float) log(integer) log(text) log(text,float) log(text,integer)
      - log(text,text)
      """
    ),
    (
      "cuckoo",
      """
      - filesystem network registry sync
      filesystem file_access(regex)
      network dns_lookup(regex) host(regex) http_get(regex) http_post(regex) http_request(regex)
      network http_user_agent(regex) tcp(regex,integer) udp(regex,integer)
      registry key_access(regex)
      sync mutex(regex)
      """
    ),
    (
      "dex",
      """
      - ACC_ABSTRACT:i ACC_ANNOTATION:i ACC_BRIDGE:i ACC_CONSTRUCTOR:i ACC_DECLARED_SYNCHRONIZED:i ACC_ENUM:i
      - ACC_FINAL:i ACC_INTERFACE:i ACC_NATIVE:i ACC_PRIVATE:i ACC_PROTECTED:i ACC_PUBLIC:i ACC_STATIC:i ACC_STRICT:i
      - ACC_SYNCHRONIZED:i ACC_SYNTHETIC:i ACC_TRANSIENT:i ACC_VARARGS:i ACC_VOLATILE:i DEX_FILE_MAGIC_035:t
      - DEX_FILE_MAGIC_036:t DEX_FILE_MAGIC_037:t DEX_FILE_MAGIC_038:t DEX_FILE_MAGIC_039:t ENDIAN_CONSTANT:i
      - NO_INDEX:i REVERSE_ENDIAN_CONSTANT:i TYPE_ANNOTATIONS_DIRECTORY_ITEM:i TYPE_ANNOTATION_ITEM:i
      - TYPE_ANNOTATION_SET_ITEM:i TYPE_ANNOTATION_SET_REF_LIST:i TYPE_CALL_SITE_ID_ITEM:i TYPE_CLASS_DATA_ITEM:i
      - TYPE_CLASS_DEF_ITEM:i TYPE_CODE_ITEM:i TYPE_DEBUG_INFO_ITEM:i TYPE_ENCODED_ARRAY_ITEM:i TYPE_FIELD_ID_ITEM:i
      - TYPE_HEADER_ITEM:i TYPE_MAP_LIST:i TYPE_METHOD_HANDLE_ITEM:i TYPE_METHOD_ID_ITEM:i TYPE_PROTO_ID_ITEM:i
      - TYPE_STRING_DATA_ITEM:i TYPE_STRING_ID_ITEM:i TYPE_TYPE_ID_ITEM:i TYPE_TYPE_LIST:i class_data_item[]
      - class_defs[] field[] field_ids[] has_class(regex) has_class(text) has_method(regex) has_method(regex,regex)
      - has_method(text) has_method(text,text) header map_list method[] method_ids[] number_of_fields:i
      - number_of_methods:i proto_ids[] string_ids[] type_ids[]
      class_data_item[] direct_methods_size:i instance_fields_size:i static_fields_size:i virtual_methods_size:i
      class_defs[] access_flags:i annotations_offset:i class_data_offset:i class_idx:i interfaces_offset:i
      class_defs[] source_file_idx:i static_values_offset:i super_class_idx:i
      field[] access_flags:i class_name:t field_idx_diff:i instance:i name:t proto:t static:i
      field_ids[] class_idx:i name_idx:i type_idx:i
      header checksum:i class_defs_offset:i class_defs_size:i data_offset:i data_size:i endian_tag:i
      header field_ids_offset:i field_ids_size:i file_size:i header_size:i link_offset:i link_size:i magic:t
      header map_offset:i method_ids_offset:i method_ids_size:i proto_ids_offset:i proto_ids_size:i signature:t
      header string_ids_offset:i string_ids_size:i type_ids_offset:i type_ids_size:i
      map_list map_item[] size:i
      map_list.map_item[] offset:i size:i type:i unused:i
      method[] access_flags:i class_name:t code_item code_off:i direct:i method_idx_diff:i name:t proto:t virtual:i
      method[].code_item debug_info_off:i ins_size:i insns:t insns_size:i outs_size:i registers_size:i tries_size:i
      method_ids[] class_idx:i name_idx:i proto_idx:i
      proto_ids[] parameters_offset:i return_type_idx:i shorty_idx:i
      string_ids[] offset:i size:i value:t
      type_ids[] descriptor_idx:i
      """
    ),
    (
      "dotnet",
      """
      - assembly assembly_refs[] classes[] constants[]:t field_offsets[]:i guids[]:t is_dotnet:i module_name:t
      - modulerefs[]:t number_of_assembly_refs:i number_of_classes:i number_of_constants:i number_of_field_offsets:i
      - number_of_guids:i number_of_modulerefs:i number_of_resources:i number_of_streams:i number_of_user_strings:i
      - resources[] streams[] typelib:t user_strings[]:t version:t
      assembly culture:t name:t version
      assembly.version build_number:i major:i minor:i revision_number:i
      assembly_refs[] name:t public_key_or_token:t version
      assembly_refs[].version build_number:i major:i minor:i revision_number:i
      classes[] abstract:i base_types[]:t fullname:t generic_parameters[]:t methods[] name:t namespace:t
      classes[] number_of_base_types:i number_of_generic_parameters:i number_of_methods:i sealed:i type:t
      classes[] visibility:t
      classes[].methods[] abstract:i final:i generic_parameters[]:t name:t number_of_generic_parameters:i
      classes[].methods[] number_of_parameters:i parameters[] return_type:t static:i virtual:i visibility:t
      classes[].methods[].parameters[] name:t type:t
      resources[] length:i name:t offset:i
      streams[] name:t offset:i size:i
      """
    ),
    (
      "elf",
      """
      - DT_BIND_NOW:i DT_DEBUG:i DT_ENCODING:i DT_FINI:i DT_FINI_ARRAY:i DT_FINI_ARRAYSZ:i DT_FLAGS:i DT_HASH:i
      - DT_INIT:i DT_INIT_ARRAY:i DT_INIT_ARRAYSZ:i DT_JMPREL:i DT_NEEDED:i DT_NULL:i DT_PLTGOT:i DT_PLTREL:i
      - DT_PLTRELSZ:i DT_REL:i DT_RELA:i DT_RELAENT:i DT_RELASZ:i DT_RELENT:i DT_RELSZ:i DT_RPATH:i DT_RUNPATH:i
      - DT_SONAME:i DT_STRSZ:i DT_STRTAB:i DT_SYMBOLIC:i DT_SYMENT:i DT_SYMTAB:i DT_TEXTREL:i EM_386:i EM_68K:i
      - EM_860:i EM_88K:i EM_AARCH64:i EM_ARM:i EM_M32:i EM_MIPS:i EM_MIPS_RS3_LE:i EM_NONE:i EM_PPC:i EM_PPC64:i
      - EM_SPARC:i EM_X86_64:i ET_CORE:i ET_DYN:i ET_EXEC:i ET_NONE:i ET_REL:i PF_R:i PF_W:i PF_X:i PT_DYNAMIC:i
      - PT_GNU_EH_FRAME:i PT_GNU_STACK:i PT_INTERP:i PT_LOAD:i PT_NOTE:i PT_NULL:i PT_PHDR:i PT_SHLIB:i PT_TLS:i
      - SHF_ALLOC:i SHF_EXECINSTR:i SHF_WRITE:i SHT_DYNAMIC:i SHT_DYNSYM:i SHT_HASH:i SHT_NOBITS:i SHT_NOTE:i
      - SHT_NULL:i SHT_PROGBITS:i SHT_REL:i SHT_RELA:i SHT_SHLIB:i SHT_STRTAB:i SHT_SYMTAB:i STB_GLOBAL:i STB_LOCAL:i
      - STB_WEAK:i STT_COMMON:i STT_FILE:i STT_FUNC:i STT_NOTYPE:i STT_OBJECT:i STT_SECTION:i STT_TLS:i dynamic[]
      - dynamic_section_entries:i dynsym[] dynsym_entries:i entry_point:i import_md5() machine:i number_of_sections:i
      - number_of_segments:i ph_entry_size:i ph_offset:i sections[] segments[] sh_entry_size:i sh_offset:i symtab[]
      - symtab_entries:i telfhash() type:i
      dynamic[] type:i val:i
      dynsym[] bind:i name:t shndx:i size:i type:i value:i
      sections[] address:i flags:i name:t offset:i size:i type:i
      segments[] alignment:i file_size:i flags:i memory_size:i offset:i physical_address:i type:i virtual_address:i
      symtab[] bind:i name:t shndx:i size:i type:i value:i
      """
    ),
    (
      "hash",
      """
      - checksum32(integer,integer) checksum32(text) crc32(integer,integer) crc32(text) md5(integer,integer) md5(text)
      - sha1(integer,integer) sha1(text) sha256(integer,integer) sha256(text)
      """
    ),
    (
      "macho",
      """
      - CPU_ARCH_ABI64:i CPU_SUBTYPE_386:i CPU_SUBTYPE_486:i CPU_SUBTYPE_486SX:i CPU_SUBTYPE_586:i
      - CPU_SUBTYPE_ARM64_ALL:i CPU_SUBTYPE_ARM_ALL:i CPU_SUBTYPE_ARM_V4T:i CPU_SUBTYPE_ARM_V5:i
      - CPU_SUBTYPE_ARM_V5TEJ:i CPU_SUBTYPE_ARM_V6:i CPU_SUBTYPE_ARM_V6M:i CPU_SUBTYPE_ARM_V7:i CPU_SUBTYPE_ARM_V7EM:i
      - CPU_SUBTYPE_ARM_V7F:i CPU_SUBTYPE_ARM_V7K:i CPU_SUBTYPE_ARM_V7M:i CPU_SUBTYPE_ARM_V7S:i
      - CPU_SUBTYPE_ARM_XSCALE:i CPU_SUBTYPE_CELERON:i CPU_SUBTYPE_CELERON_MOBILE:i CPU_SUBTYPE_I386_ALL:i
      - CPU_SUBTYPE_INTEL_MODEL_ALL:i CPU_SUBTYPE_ITANIUM:i CPU_SUBTYPE_ITANIUM_2:i CPU_SUBTYPE_LIB64:i
      - CPU_SUBTYPE_MC980000_ALL:i CPU_SUBTYPE_MC98601:i CPU_SUBTYPE_PENT:i CPU_SUBTYPE_PENTII_M3:i
      - CPU_SUBTYPE_PENTII_M5:i CPU_SUBTYPE_PENTIUM_3:i CPU_SUBTYPE_PENTIUM_3_M:i CPU_SUBTYPE_PENTIUM_3_XEON:i
      - CPU_SUBTYPE_PENTIUM_4:i CPU_SUBTYPE_PENTIUM_4_M:i CPU_SUBTYPE_PENTIUM_M:i CPU_SUBTYPE_PENTPRO:i
      - CPU_SUBTYPE_POWERPC_601:i CPU_SUBTYPE_POWERPC_602:i CPU_SUBTYPE_POWERPC_603:i CPU_SUBTYPE_POWERPC_603e:i
      - CPU_SUBTYPE_POWERPC_603ev:i CPU_SUBTYPE_POWERPC_604:i CPU_SUBTYPE_POWERPC_604e:i CPU_SUBTYPE_POWERPC_620:i
      - CPU_SUBTYPE_POWERPC_7400:i CPU_SUBTYPE_POWERPC_7450:i CPU_SUBTYPE_POWERPC_750:i CPU_SUBTYPE_POWERPC_970:i
      - CPU_SUBTYPE_POWERPC_ALL:i CPU_SUBTYPE_SPARC_ALL:i CPU_SUBTYPE_X86_64_ALL:i CPU_SUBTYPE_XEON:i
      - CPU_SUBTYPE_XEON_MP:i CPU_TYPE_ARM:i CPU_TYPE_ARM64:i CPU_TYPE_I386:i CPU_TYPE_MC680X0:i CPU_TYPE_MC88000:i
      - CPU_TYPE_MC98000:i CPU_TYPE_MIPS:i CPU_TYPE_POWERPC:i CPU_TYPE_POWERPC64:i CPU_TYPE_SPARC:i CPU_TYPE_X86:i
      - CPU_TYPE_X86_64:i FAT_CIGAM:i FAT_CIGAM_64:i FAT_MAGIC:i FAT_MAGIC_64:i MH_ALLMODSBOUND:i
      - MH_ALLOW_STACK_EXECUTION:i MH_APP_EXTENSION_SAFE:i MH_BINDATLOAD:i MH_BINDS_TO_WEAK:i MH_BUNDLE:i
      - MH_CANONICAL:i MH_CIGAM:i MH_CIGAM_64:i MH_CORE:i MH_DEAD_STRIPPABLE_DYLIB:i MH_DSYM:i MH_DYLDLINK:i
      - MH_DYLIB:i MH_DYLIB_STUB:i MH_DYLINKER:i MH_EXECUTE:i MH_FORCE_FLAT:i MH_FVMLIB:i MH_HAS_TLV_DESCRIPTORS:i
      - MH_INCRLINK:i MH_KEXT_BUNDLE:i MH_LAZY_INIT:i MH_MAGIC:i MH_MAGIC_64:i MH_NOFIXPREBINDING:i MH_NOMULTIDEFS:i
      - MH_NOUNDEFS:i MH_NO_HEAP_EXECUTION:i MH_NO_REEXPORTED_DYLIBS:i MH_OBJECT:i MH_PIE:i MH_PREBINDABLE:i
      - MH_PREBOUND:i MH_PRELOAD:i MH_ROOT_SAFE:i MH_SETUID_SAFE:i MH_SPLIT_SEGS:i MH_SUBSECTIONS_VIA_SYMBOLS:i
      - MH_TWOLEVEL:i MH_WEAK_DEFINES:i SECTION_ATTRIBUTES:i SECTION_TYPE:i SG_FVMLIB:i SG_HIGHVM:i SG_NORELOC:i
      - SG_PROTECTED_VERSION_1:i S_16BYTE_LITERALS:i S_4BYTE_LITERALS:i S_8BYTE_LITERALS:i S_ATTR_DEBUG:i
      - S_ATTR_EXT_RELOC:i S_ATTR_LIVE_SUPPORT:i S_ATTR_LOC_RELOC:i S_ATTR_NO_DEAD_STRIP:i S_ATTR_NO_TOC:i
      - S_ATTR_PURE_INSTRUCTIONS:i S_ATTR_SELF_MODIFYING_CODE:i S_ATTR_SOME_INSTRUCTIONS:i S_ATTR_STRIP_STATIC_SYMS:i
      - S_COALESCED:i S_CSTRING_LITERALS:i S_DTRACE_DOF:i S_GB_ZEROFILL:i S_INTERPOSING:i
      - S_LAZY_DYLIB_SYMBOL_POINTERS:i S_LAZY_SYMBOL_POINTERS:i S_LITERAL_POINTERS:i S_MOD_INIT_FUNC_POINTERS:i
      - S_MOD_TERM_FUNC_POINTERS:i S_NON_LAZY_SYMBOL_POINTERS:i S_REGULAR:i S_SYMBOL_STUBS:i
      - S_THREAD_LOCAL_INIT_FUNCTION_POINTERS:i S_THREAD_LOCAL_REGULAR:i S_THREAD_LOCAL_VARIABLES:i
      - S_THREAD_LOCAL_VARIABLE_POINTERS:i S_THREAD_LOCAL_ZEROFILL:i S_ZEROFILL:i cpusubtype:i cputype:i entry_point:i
      - entry_point_for_arch(integer) entry_point_for_arch(integer,integer) fat_arch[] fat_magic:i file[]
      - file_index_for_arch(integer) file_index_for_arch(integer,integer) filetype:i flags:i magic:i ncmds:i
      - nfat_arch:i number_of_segments:i reserved:i segments[] sizeofcmds:i stack_size:i
      fat_arch[] align:i cpusubtype:i cputype:i offset:i size:i
      file[] cpusubtype:i cputype:i entry_point:i filetype:i flags:i magic:i ncmds:i number_of_segments:i reserved:i
      file[] segments[] sizeofcmds:i stack_size:i
      file[].segments[] fileoff:i flags:i fsize:i initprot:i maxprot:i nsects:i sections[] segname:t vmaddr:i
      file[].segments[] vmsize:i
      file[].segments[].sections[] addr:i align:i flags:i nreloc:i offset:i reloff:i reserved1:i reserved2:i
      file[].segments[].sections[] reserved3:i sectname:t segname:t size:i
      segments[] fileoff:i flags:i fsize:i initprot:i maxprot:i nsects:i sections[] segname:t vmaddr:i vmsize:i
      segments[].sections[] addr:i align:i flags:i nreloc:i offset:i reloff:i reserved1:i reserved2:i reserved3:i
      segments[].sections[] sectname:t segname:t size:i
      """
    ),
    (
      "magic",
      """
      - mime_type() type()
      """
    ),
    (
      "math",
      """
      - MEAN_BYTES:f abs(integer) count(integer) count(integer,integer,integer) deviation(integer,integer,float)
      - deviation(text,float) entropy(integer,integer) entropy(text) in_range(float,float,float) max(integer,integer)
      - mean(integer,integer) mean(text) min(integer,integer) mode() mode(integer,integer)
      - monte_carlo_pi(integer,integer) monte_carlo_pi(text) percentage(integer) percentage(integer,integer,integer)
      - serial_correlation(integer,integer) serial_correlation(text) to_number(boolean) to_string(integer)
      - to_string(integer,integer)
      """
    ),
    (
      "pe",
      """
      - AGGRESIVE_WS_TRIM:i APPCONTAINER:i BYTES_REVERSED_HI:i BYTES_REVERSED_LO:i DEBUG_STRIPPED:i DLL:i
      - DYNAMIC_BASE:i EXECUTABLE_IMAGE:i FORCE_INTEGRITY:i GUARD_CF:i HIGH_ENTROPY_VA:i IMAGE_DEBUG_TYPE_BORLAND:i
      - IMAGE_DEBUG_TYPE_CLSID:i IMAGE_DEBUG_TYPE_CODEVIEW:i IMAGE_DEBUG_TYPE_COFF:i IMAGE_DEBUG_TYPE_EXCEPTION:i
      - IMAGE_DEBUG_TYPE_FIXUP:i IMAGE_DEBUG_TYPE_FPO:i IMAGE_DEBUG_TYPE_ILTCG:i IMAGE_DEBUG_TYPE_MISC:i
      - IMAGE_DEBUG_TYPE_MPX:i IMAGE_DEBUG_TYPE_OMAP_FROM_SRC:i IMAGE_DEBUG_TYPE_OMAP_TO_SRC:i IMAGE_DEBUG_TYPE_POGO:i
      - IMAGE_DEBUG_TYPE_REPRO:i IMAGE_DEBUG_TYPE_RESERVED10:i IMAGE_DEBUG_TYPE_UNKNOWN:i
      - IMAGE_DEBUG_TYPE_VC_FEATURE:i IMAGE_DIRECTORY_ENTRY_ARCHITECTURE:i IMAGE_DIRECTORY_ENTRY_BASERELOC:i
      - IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT:i IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR:i IMAGE_DIRECTORY_ENTRY_COPYRIGHT:i
      - IMAGE_DIRECTORY_ENTRY_DEBUG:i IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT:i IMAGE_DIRECTORY_ENTRY_EXCEPTION:i
      - IMAGE_DIRECTORY_ENTRY_EXPORT:i IMAGE_DIRECTORY_ENTRY_GLOBALPTR:i IMAGE_DIRECTORY_ENTRY_IAT:i
      - IMAGE_DIRECTORY_ENTRY_IMPORT:i IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG:i IMAGE_DIRECTORY_ENTRY_RESOURCE:i
      - IMAGE_DIRECTORY_ENTRY_SECURITY:i IMAGE_DIRECTORY_ENTRY_TLS:i IMAGE_NT_OPTIONAL_HDR32_MAGIC:i
      - IMAGE_NT_OPTIONAL_HDR64_MAGIC:i IMAGE_ROM_OPTIONAL_HDR_MAGIC:i IMPORT_ANY:i IMPORT_DELAYED:i IMPORT_STANDARD:i
      - LARGE_ADDRESS_AWARE:i LINE_NUMS_STRIPPED:i LOCAL_SYMS_STRIPPED:i MACHINE_32BIT:i MACHINE_ALPHA:i
      - MACHINE_ALPHA64:i MACHINE_AM33:i MACHINE_AMD64:i MACHINE_ARM:i MACHINE_ARM64:i MACHINE_ARMNT:i MACHINE_AXP64:i
      - MACHINE_CEE:i MACHINE_CEF:i MACHINE_EBC:i MACHINE_I386:i MACHINE_IA64:i MACHINE_M32R:i MACHINE_MIPS16:i
      - MACHINE_MIPSFPU:i MACHINE_MIPSFPU16:i MACHINE_POWERPC:i MACHINE_POWERPCFP:i MACHINE_R10000:i MACHINE_R3000:i
      - MACHINE_R4000:i MACHINE_SH3:i MACHINE_SH3DSP:i MACHINE_SH3E:i MACHINE_SH4:i MACHINE_SH5:i
      - MACHINE_TARGET_HOST:i MACHINE_THUMB:i MACHINE_TRICORE:i MACHINE_UNKNOWN:i MACHINE_WCEMIPSV2:i
      - NET_RUN_FROM_SWAP:i NO_BIND:i NO_ISOLATION:i NO_SEH:i NX_COMPAT:i RELOCS_STRIPPED:i REMOVABLE_RUN_FROM_SWAP:i
      - RESOURCE_TYPE_ACCELERATOR:i RESOURCE_TYPE_ANICURSOR:i RESOURCE_TYPE_ANIICON:i RESOURCE_TYPE_BITMAP:i
      - RESOURCE_TYPE_CURSOR:i RESOURCE_TYPE_DIALOG:i RESOURCE_TYPE_DLGINCLUDE:i RESOURCE_TYPE_FONT:i
      - RESOURCE_TYPE_FONTDIR:i RESOURCE_TYPE_GROUP_CURSOR:i RESOURCE_TYPE_GROUP_ICON:i RESOURCE_TYPE_HTML:i
      - RESOURCE_TYPE_ICON:i RESOURCE_TYPE_MANIFEST:i RESOURCE_TYPE_MENU:i RESOURCE_TYPE_MESSAGETABLE:i
      - RESOURCE_TYPE_PLUGPLAY:i RESOURCE_TYPE_RCDATA:i RESOURCE_TYPE_STRING:i RESOURCE_TYPE_VERSION:i
      - RESOURCE_TYPE_VXD:i SECTION_ALIGN_1024BYTES:i SECTION_ALIGN_128BYTES:i SECTION_ALIGN_16BYTES:i
      - SECTION_ALIGN_1BYTES:i SECTION_ALIGN_2048BYTES:i SECTION_ALIGN_256BYTES:i SECTION_ALIGN_2BYTES:i
      - SECTION_ALIGN_32BYTES:i SECTION_ALIGN_4096BYTES:i SECTION_ALIGN_4BYTES:i SECTION_ALIGN_512BYTES:i
      - SECTION_ALIGN_64BYTES:i SECTION_ALIGN_8192BYTES:i SECTION_ALIGN_8BYTES:i SECTION_ALIGN_MASK:i
      - SECTION_CNT_CODE:i SECTION_CNT_INITIALIZED_DATA:i SECTION_CNT_UNINITIALIZED_DATA:i SECTION_GPREL:i
      - SECTION_LNK_COMDAT:i SECTION_LNK_INFO:i SECTION_LNK_NRELOC_OVFL:i SECTION_LNK_OTHER:i SECTION_LNK_REMOVE:i
      - SECTION_MEM_16BIT:i SECTION_MEM_DISCARDABLE:i SECTION_MEM_EXECUTE:i SECTION_MEM_FARDATA:i SECTION_MEM_LOCKED:i
      - SECTION_MEM_NOT_CACHED:i SECTION_MEM_NOT_PAGED:i SECTION_MEM_PRELOAD:i SECTION_MEM_PURGEABLE:i
      - SECTION_MEM_READ:i SECTION_MEM_SHARED:i SECTION_MEM_WRITE:i SECTION_NO_DEFER_SPEC_EXC:i SECTION_NO_PAD:i
      - SECTION_SCALE_INDEX:i SUBSYSTEM_EFI_APPLICATION:i SUBSYSTEM_EFI_BOOT_SERVICE_DRIVER:i
      - SUBSYSTEM_EFI_ROM_IMAGE:i SUBSYSTEM_EFI_RUNTIME_DRIVER:i SUBSYSTEM_NATIVE:i SUBSYSTEM_NATIVE_WINDOWS:i
      - SUBSYSTEM_OS2_CUI:i SUBSYSTEM_POSIX_CUI:i SUBSYSTEM_UNKNOWN:i SUBSYSTEM_WINDOWS_BOOT_APPLICATION:i
      - SUBSYSTEM_WINDOWS_CE_GUI:i SUBSYSTEM_WINDOWS_CUI:i SUBSYSTEM_WINDOWS_GUI:i SUBSYSTEM_XBOX:i SYSTEM:i
      - TERMINAL_SERVER_AWARE:i UP_SYSTEM_ONLY:i WDM_DRIVER:i base_of_code:i base_of_data:i calculate_checksum()
      - characteristics:i checksum:i data_directories[] delayed_import_details[] delayed_import_rva(text,integer)
      - delayed_import_rva(text,text) dll_characteristics:i dll_name:t entry_point:i entry_point_raw:i
      - export_details[] export_timestamp:i exports(integer) exports(regex) exports(text) exports_index(integer)
      - exports_index(regex) exports_index(text) file_alignment:i image_base:i image_version imphash()
      - import_details[] import_rva(text,integer) import_rva(text,text) imports(integer,regex,regex)
      - imports(integer,text) imports(integer,text,integer) imports(integer,text,text) imports(regex,regex)
      - imports(text) imports(text,integer) imports(text,text) is_32bit() is_64bit() is_dll() is_pe:i is_signed:i
      - language(integer) linker_version loader_flags:i locale(integer) machine:i
      - number_of_delayed_imported_functions:i number_of_delayed_imports:i number_of_exports:i
      - number_of_imported_functions:i number_of_imports:i number_of_resources:i number_of_rva_and_sizes:i
      - number_of_sections:i number_of_signatures:i number_of_symbols:i number_of_version_infos:i opthdr_magic:i
      - os_version overlay pdb_path:t pointer_to_symbol_table:i resource_timestamp:i resource_version resources[]
      - rich_signature rva_to_offset(integer) section_alignment:i section_index(integer) section_index(text)
      - sections[] signatures[] size_of_code:i size_of_headers:i size_of_heap_commit:i size_of_heap_reserve:i
      - size_of_image:i size_of_initialized_data:i size_of_optional_header:i size_of_stack_commit:i
      - size_of_stack_reserve:i size_of_uninitialized_data:i subsystem:i subsystem_version timestamp:i
      - version_info_list[] version_info{}:t win32_version_value:i
      data_directories[] size:i virtual_address:i
      delayed_import_details[] functions[] library_name:t number_of_functions:i
      delayed_import_details[].functions[] name:t ordinal:i rva:i
      export_details[] forward_name:t name:t offset:i ordinal:i rva:i
      image_version major:i minor:i
      import_details[] functions[] library_name:t number_of_functions:i
      import_details[].functions[] name:t ordinal:i rva:i
      linker_version major:i minor:i
      os_version major:i minor:i
      overlay offset:i size:i
      resource_version major:i minor:i
      resources[] id:i language:i language_string:t length:i name_string:t offset:i rva:i type:i type_string:t
      rich_signature clear_data:t key:i length:i offset:i raw_data:t toolid(integer) toolid(integer,integer)
      rich_signature version(integer) version(integer,integer) version_data:t
      sections[] characteristics:i full_name:t name:t number_of_line_numbers:i number_of_relocations:i
      sections[] pointer_to_line_numbers:i pointer_to_relocations:i raw_data_offset:i raw_data_size:i
      sections[] virtual_address:i virtual_size:i
      signatures[] algorithm:t algorithm_oid:t certificates[] countersignatures[] digest:t digest_alg:t file_digest:t
      signatures[] issuer:t not_after:i not_before:i number_of_certificates:i number_of_countersignatures:i serial:t
      signatures[] signer_info subject:t thumbprint:t valid_on(integer) verified:i version:i
      signatures[].certificates[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t subject:t
      signatures[].certificates[] thumbprint:t version:i
      signatures[].countersignatures[] chain[] digest:t digest_alg:t length_of_chain:i sign_time:i verified:i
      signatures[].countersignatures[].chain[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t
      signatures[].countersignatures[].chain[] subject:t thumbprint:t version:i
      signatures[].signer_info chain[] digest:t digest_alg:t length_of_chain:i program_name:t
      signatures[].signer_info.chain[] algorithm:t algorithm_oid:t issuer:t not_after:i not_before:i serial:t
      signatures[].signer_info.chain[] subject:t thumbprint:t version:i
      subsystem_version major:i minor:i
      version_info_list[] key:t value:t
      """
    ),
    (
      "string",
      """
      - length(text) to_int(text) to_int(text,integer)
      """
    ),
    (
      "time",
      """
      - now()
      """
    ),
  ]
}
