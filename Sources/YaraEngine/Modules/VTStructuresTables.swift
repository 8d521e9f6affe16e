/// The structures of YARA-X's `vt` module, written down from the names and types of its fields.
/// Nothing of them is known here but what `VTFields` has readers for.
enum VTStructures {
  private static let of = VTFields()

  static let submitter = StructureType(
    "Submitter",
    [
      of.text("city"),
      of.text("country"),
    ])

  static let analysisStats = StructureType(
    "AnalysisStats",
    [
      of.integer("malicious"),
      of.integer("suspicious"),
      of.integer("undetected"),
      of.integer("harmless"),
      of.integer("failure"),
      of.integer("type_unsupported"),
    ])

  static let mainIcon = StructureType(
    "MainIcon",
    [
      of.text("dhash"),
      of.text("raw_md5"),
    ])

  static let goReSymBuildInfo = StructureType(
    "BuildInfo",
    [
      of.text("path"),
      of.textMap("dependencies"),
      of.textMap("settings"),
    ])

  static let goReSymSummary = StructureType(
    "Summary",
    [
      of.integer("num_user_functions"),
      of.integer("num_std_functions"),
      of.integer("num_interfaces"),
      of.integer("num_types"),
      of.integer("num_dependencies"),
    ])

  static let goReSym = StructureType(
    "GoReSym",
    [
      of.text("version"),
      of.text("arch"),
      of.text("os"),
      of.text("build_id"),
      of.structure("build_info", goReSymBuildInfo),
      of.structure("summary", goReSymSummary),
    ])

  static let tracker = StructureType(
    "Tracker",
    [
      of.text("name"),
      of.text("id"),
      of.text("url"),
    ])

  static let favicon = StructureType(
    "Favicon",
    [
      of.text("raw_md5"),
      of.text("dhash"),
    ])

  static let netKeyValue = StructureType(
    "KeyValue",
    [
      of.text("key"),
      of.texts("values"),
    ])

  static let netFileMetadata = StructureType(
    "FileMetadata",
    [
      of.text("sha256"),
      of.boolean("new_for_vt"),
      of.structure("analysis_stats", analysisStats),
      of.integer("file_type"),
      of.boolean("new_for_url"),
      of.boolean("new_for_ip"),
      of.boolean("new_for_domain"),
      of.textMap("signatures"),
    ])

  static let resourceFileMetadata = StructureType(
    "ResourceFileMetadata",
    [
      of.text("sha256"),
      of.structure("analysis_stats", analysisStats),
      of.integer("file_type"),
      of.boolean("new_for_url"),
      of.textMap("signatures"),
    ])

  static let huntingGtiVerdict = StructureType(
    "HuntingGtiVerdict",
    [
      of.integer("value"),
    ])

  static let huntingGtiThreatScore = StructureType(
    "HuntingGtiThreatScore",
    [
      of.integer("value"),
    ])

  static let huntingGtiSeverity = StructureType(
    "HuntingGtiSeverity",
    [
      of.integer("value"),
    ])

  static let huntingGtiScore = StructureType(
    "HuntingGtiScore",
    [
      of.structure("verdict", huntingGtiVerdict),
      of.structure("threat_score", huntingGtiThreatScore),
      of.structure("severity", huntingGtiSeverity),
    ])

  static let urlResource = StructureType(
    "URLResource",
    [
      of.text("url"),
      of.integer("method"),
      of.text("sha256"),
      of.integer("response_code"),
      of.text("serving_ip_address"),
      of.integer("content_length"),
      of.text("reverse_dns"),
      of.integer("type"),
      of.integer("browser_type"),
      of.textMap("response_headers"),
      of.integer("net_error"),
      of.texts("redirects"),
    ])

  static let extendedCookie = StructureType(
    "ExtendedCookie",
    [
      of.text("name"),
      of.text("value"),
      of.text("domain"),
      of.integer("expires"),
      of.boolean("secure"),
      of.boolean("http_only"),
      of.boolean("session"),
      of.integer("size"),
      of.integer("priority"),
    ])

  static let consoleMessage = StructureType(
    "ConsoleMessage",
    [
      of.text("content"),
      of.text("source_file"),
      of.integer("level"),
    ])

  static let webTechnology = StructureType(
    "WebTechnology",
    [
      of.text("name"),
      of.text("version"),
    ])

  static let subject = StructureType(
    "Subject",
    [
      of.text("common_name"),
      of.text("country"),
      of.text("organization"),
      of.text("organizational_unit"),
      of.text("locality"),
      of.text("state"),
      of.texts("alternative_names"),
      of.text("street_address"),
      of.text("postal_code"),
    ])

  static let validity = StructureType(
    "Validity",
    [
      of.integer("not_after"),
      of.integer("not_before"),
    ])

  static let sslCertificate = StructureType(
    "SSLCertificate",
    [
      of.text("thumbprint"),
      of.structure("subject", subject),
      of.structure("validity", validity),
      of.texts("subject_alternative_name"),
      of.text("signature"),
      of.text("serial_number"),
      of.structure("issuer", subject),
      of.text("host"),
      of.text("version"),
      of.text("algorithm"),
      of.text("signature_algorithm"),
    ])

  static let enrichedURL = StructureType(
    "URL",
    [
      of.integer("port"),
      of.structures("trackers", tracker),
      of.textMap("response_headers"),
      of.integer("response_code"),
      of.textMap("cookies"),
      of.structure("favicon", favicon),
      of.texts("outgoing_links"),
      of.texts("redirects"),
      of.text("html_title"),
      of.structures("html_meta_tags", netKeyValue),
      of.boolean("new_url"),
      of.structure("analysis_stats", analysisStats),
      of.integer("first_submission_date"),
      of.textMap("signatures"),
      of.structure("submitter", submitter),
      of.texts("tags"),
      of.textMap("params"),
      of.text("path"),
      of.text("hostname"),
      of.text("raw"),
      of.structure("downloaded_file", netFileMetadata),
      of.structure("communicating_file", netFileMetadata),
      of.structures("embedded_resources", resourceFileMetadata),
      of.integer("number_of_response_headers"),
      of.text("query"),
      of.textMap("categories"),
      of.structure("gti_assessment", huntingGtiScore),
      of.structures("resources", urlResource),
      of.structures("cookies_extended", extendedCookie),
      of.textMap("javascript_variables"),
      of.structures("console_messages", consoleMessage),
      of.structures("web_technologies", webTechnology),
      of.text("filename"),
      of.structures("tls", sslCertificate),
      of.text("dom_sha256"),
    ])

  static let enrichedPortInfoPortService = StructureType(
    "PortService",
    [
      of.text("product"),
      of.text("version"),
      of.text("cpe"),
    ])

  static let enrichedPortInfo = StructureType(
    "EnrichedPortInfo",
    [
      of.integer("port"),
      of.text("protocol"),
      of.text("port_banner"),
      of.structures("port_service", enrichedPortInfoPortService),
      of.text("fingerprint"),
      of.text("os_type"),
      of.text("device_type"),
      of.text("port_status"),
    ])

  static let enrichedIP = StructureType(
    "IP",
    [
      of.textMap("whois"),
      of.structure("https_certificate", sslCertificate),
      of.text("jarm"),
      of.text("ip_as_owner"),
      of.integer("ip_asn"),
      of.text("ip_country"),
      of.structure("analysis_stats", analysisStats),
      of.textMap("signatures"),
      of.texts("tags"),
      of.text("raw"),
      of.structure("downloaded_file", netFileMetadata),
      of.structure("communicating_file", netFileMetadata),
      of.text("whois_raw"),
      of.integer("ip_as_int"),
      of.boolean("first_whois"),
      of.boolean("new_whois"),
      of.text("reverse_lookup"),
      of.structure("gti_assessment", huntingGtiScore),
      of.structures("ports", enrichedPortInfo),
      of.predicate("in_range", [[.text]]),
    ])

  static let dnsRecord = StructureType(
    "DNSRecord",
    [
      of.text("type"),
      of.text("dns_class"),
      of.integer("ttl"),
      of.text("mname"),
      of.text("rname"),
      of.integer("priority"),
      of.integer("serial"),
      of.integer("retry"),
      of.integer("refresh"),
      of.integer("expire"),
      of.integer("minimum"),
      of.text("value"),
    ])

  static let popularityRank = StructureType(
    "PopularityRank",
    [
      of.integer("position"),
      of.integer("ingestion_time"),
      of.text("rank"),
    ])

  static let enrichedDomain = StructureType(
    "Domain",
    [
      of.textMap("whois"),
      of.structure("https_certificate", sslCertificate),
      of.text("jarm"),
      of.structures("dns_records", dnsRecord),
      of.structure("favicon", favicon),
      of.structure("analysis_stats", analysisStats),
      of.textMap("signatures"),
      of.boolean("new_domain"),
      of.texts("tags"),
      of.text("raw"),
      of.structure("downloaded_file", netFileMetadata),
      of.structure("communicating_file", netFileMetadata),
      of.boolean("first_whois"),
      of.boolean("new_whois"),
      of.boolean("first_resolution"),
      of.boolean("new_resolution"),
      of.text("whois_raw"),
      of.text("root"),
      of.textMap("categories"),
      of.structures("popularity_ranks", popularityRank),
      of.integer("number_of_popularity_ranks"),
      of.structures("root_popularity_ranks", popularityRank),
      of.integer("number_of_root_popularity_ranks"),
      of.structure("gti_assessment", huntingGtiScore),
      of.predicate("permutation_of", [[.text], [.text, .integer]]),
    ])

  static let enrichedNetloc = StructureType(
    "EnrichedNetloc",
    [
      of.structure("url", enrichedURL),
      of.structure("ip", enrichedIP),
      of.structure("domain", enrichedDomain),
    ])

  static let titanFileMetadata = StructureType(
    "FileMetadata",
    [
      of.known("sha256"),
      of.known("sha1"),
      of.known("md5"),
      of.text("ssdeep"),
      of.known("imphash"),
      of.text("vhash"),
      of.text("file_name"),
      of.known("file_type"),
      of.known("file_size"),
      of.integer("times_submitted"),
      of.boolean("new_file"),
      of.texts("tags"),
      of.textMap("signatures"),
      of.structure("submitter", submitter),
      of.boolean("subfile"),
      of.integer("unique_sources"),
      of.structure("analysis_stats", analysisStats),
      of.text("magic"),
      of.texts("file_type_tags"),
      of.integer("first_submission_date"),
      of.textMap("exiftool"),
      of.structure("main_icon", mainIcon),
      of.known("telfhash"),
      of.structure("goresym", goReSym),
      of.texts("malware_families"),
      of.text("tlsh"),
      of.structure("itw", enrichedNetloc),
      of.structure("gti_assessment", huntingGtiScore),
    ])

  static let fileCopy = StructureType(
    "FileCopy",
    [
      of.text("source"),
      of.text("destination"),
    ])

  static let droppedFile = StructureType(
    "DroppedFile",
    [
      of.text("path"),
      of.text("sha256"),
      of.integer("type"),
      of.text("download_url"),
      of.text("process_name"),
      of.text("process_id"),
    ])

  static let permissionCheck = StructureType(
    "PermissionCheck",
    [
      of.text("permission"),
      of.text("owner"),
    ])

  static let behaviourKeyValue = StructureType(
    "KeyValue",
    [
      of.text("key"),
      of.text("value"),
    ])

  static let httpConversation = StructureType(
    "Http",
    [
      of.text("url"),
      of.integer("request_method"),
      of.textMap("request_headers"),
      of.textMap("response_headers"),
      of.integer("response_status_code"),
      of.integer("response_body_filetype"),
      of.text("response_body_first_ten_bytes"),
    ])

  static let dnsLookup = StructureType(
    "DnsLookup",
    [
      of.text("hostname"),
      of.texts("resolved_ips"),
      of.texts("txt_records"),
    ])

  static let ipTraffic = StructureType(
    "Net",
    [
      of.text("destination_ip"),
      of.integer("destination_port"),
      of.integer("transport_layer_protocol"),
      of.integer("destination_ip_asn"),
      of.integer("destination_ip_as_int"),
    ])

  static let sms = StructureType(
    "Sms",
    [
      of.text("destination"),
      of.text("body"),
    ])

  static let smtpConversation = StructureType(
    "SmtpConversation",
    [
      of.text("hostname"),
      of.text("destination_ip"),
      of.integer("destination_port"),
      of.text("smtp_from"),
      of.texts("smtp_to"),
      of.texts("message_from"),
      of.texts("message_to"),
      of.texts("message_cc"),
      of.texts("message_bcc"),
      of.text("timestamp"),
      of.text("subject"),
      of.text("html_body"),
      of.text("txt_body"),
      of.text("auth_user"),
      of.text("auth_pass"),
      of.structures("headers", behaviourKeyValue),
      of.structures("attachments", droppedFile),
      of.text("x_mailer"),
    ])

  static let crowdSourcedIdsAlertContext = StructureType(
    "CrowdSourcedIdsAlertContext",
    [
      of.integer("protocol"),
      of.text("src_ip"),
      of.integer("src_port"),
      of.text("dest_ip"),
      of.integer("dest_port"),
      of.text("hostname"),
      of.text("url"),
      of.texts("ja3"),
      of.texts("ja3s"),
    ])

  static let crowdSourcedIdsResults = StructureType(
    "CrowdSourcedIdsResults",
    [
      of.text("rule_msg"),
      of.text("rule_category"),
      of.text("rule_id"),
      of.integer("alert_severity"),
      of.text("rule_source"),
      of.structure("alert_context", crowdSourcedIdsAlertContext),
      of.text("rule_url"),
      of.texts("rule_references"),
      of.texts("tags"),
      of.text("rule_raw"),
    ])

  static let tls = StructureType(
    "TLS",
    [
      of.textMap("subject"),
      of.textMap("issuer"),
      of.text("serial_number"),
      of.text("thumbprint"),
      of.text("version"),
      of.text("sni"),
      of.text("ja3"),
      of.text("ja3s"),
      of.text("ja4"),
    ])

  static let mitreAttackTechnique = StructureType(
    "MitreAttackTechnique",
    [
      of.text("id"),
      of.integer("severity"),
      of.text("signature_description"),
    ])

  static let sigmaMatchContext = StructureType(
    "SigmaMatchContext",
    [
      of.textMap("values"),
    ])

  static let sigmaMatch = StructureType(
    "SigmaMatch",
    [
      of.structures("match_context", sigmaMatchContext),
      of.integer("rule_level"),
      of.text("rule_id"),
      of.text("rule_source"),
      of.text("rule_title"),
      of.text("rule_description"),
      of.text("rule_author"),
    ])

  static let signatureMatch = StructureType(
    "SignatureMatch",
    [
      of.text("id"),
      of.integer("format"),
      of.text("name"),
      of.text("description"),
      of.texts("authors"),
      of.texts("events"),
      of.texts("match_data"),
      of.text("rule_src"),
      of.integer("severity"),
    ])

  static let malwareBehaviorCatalog = StructureType(
    "MalwareBehaviorCatalog",
    [
      of.text("id"),
      of.text("objective"),
      of.text("behavior"),
      of.text("method"),
    ])

  static let processItem = StructureType(
    "ProcessItem",
    [
      of.text("process_id"),
      of.text("parent_process_id"),
      of.text("name"),
      of.integer("start_time"),
      of.integer("termination_time"),
      of.texts("files_opened"),
      of.texts("files_written"),
      of.texts("files_deleted"),
      of.structures("files_copied", fileCopy),
      of.text("parent_name"),
      of.texts("ancestor_names"),
    ])

  static let timestamp = StructureType(
    "Timestamp",
    [
      of.integer("seconds"),
      of.integer("nanos"),
    ])

  static let extractedPayload = StructureType(
    "ExtractedPayload",
    [
      of.text("sha256"),
      of.integer("type"),
      of.integer("size"),
      of.text("payload_type"),
      of.text("process_name"),
      of.structure("timestamp", timestamp),
    ])

  static let behaviourSummary = StructureType(
    "BehaviourSummary",
    [
      of.texts("files_opened"),
      of.texts("files_written"),
      of.texts("files_deleted"),
      of.structures("files_copied", fileCopy),
      of.texts("files_attribute_changed"),
      of.structures("files_dropped", droppedFile),
      of.text("hosts_file"),
      of.texts("processes_created"),
      of.texts("processes_terminated"),
      of.texts("processes_killed"),
      of.texts("processes_injected"),
      of.texts("command_executions"),
      of.texts("services_opened"),
      of.texts("services_created"),
      of.texts("services_started"),
      of.texts("services_stopped"),
      of.texts("services_deleted"),
      of.texts("services_bound"),
      of.texts("windows_searched"),
      of.texts("windows_hidden"),
      of.structures("permissions_checked", permissionCheck),
      of.texts("permissions_requested"),
      of.texts("mutexes_opened"),
      of.texts("mutexes_created"),
      of.texts("signals_observed"),
      of.texts("signals_hooked"),
      of.texts("modules_loaded"),
      of.texts("calls_highlighted"),
      of.texts("invokes"),
      of.texts("crypto_algorithms_observed"),
      of.texts("crypto_keys"),
      of.texts("crypto_plain_text"),
      of.texts("encoding_algorithms_observed"),
      of.texts("text_decoded"),
      of.texts("text_highlighted"),
      of.integers("traits"),
      of.texts("registry_keys_opened"),
      of.structures("registry_keys_set", behaviourKeyValue),
      of.texts("registry_keys_deleted"),
      of.texts("system_property_lookups"),
      of.structures("system_property_sets", behaviourKeyValue),
      of.texts("shared_preferences_lookups"),
      of.structures("shared_preferences_sets", behaviourKeyValue),
      of.texts("content_model_observers"),
      of.structures("content_model_sets", behaviourKeyValue),
      of.texts("activities_started"),
      of.structures("http_conversations", httpConversation),
      of.structures("dns_lookups", dnsLookup),
      of.structures("ip_traffic", ipTraffic),
      of.structures("sms_sent", sms),
      of.integers("verdicts"),
      of.texts("databases_opened"),
      of.texts("databases_deleted"),
      of.texts("ja3_digests"),
      of.texts("memory_pattern_ips"),
      of.texts("memory_pattern_domains"),
      of.texts("memory_pattern_urls"),
      of.integer("verdict_confidence"),
      of.structures("smtp_conversations", smtpConversation),
      of.texts("verdict_labels"),
      of.structures("ids_alerts", crowdSourcedIdsResults),
      of.structures("tls", tls),
      of.structures("mitre_attack_techniques", mitreAttackTechnique),
      of.structures("sigma_analysis_results", sigmaMatch),
      of.structures("signature_matches", signatureMatch),
      of.structures("mbc", malwareBehaviorCatalog),
      of.structures("processes_list", processItem),
      of.structures("payloads_extracted", extractedPayload),
    ])

  static let root = StructureType(
    "LiveHuntData",
    [
      of.metadata(titanFileMetadata),
      of.structure("behaviour", behaviourSummary),
      of.structure("net", enrichedNetloc),
    ])
}
