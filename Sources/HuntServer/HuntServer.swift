// HuntServer: VirusTotal's Retrohunt API over jobs and the store; the only place that knows HTTP.
//
//   HTTP     request -> Exchange -> route table -> answer; errors become answers in one file
//   Routes   one file a family of resources
//   Files    the samples as the API needs them, uploads, signed URLs
//
// Laws: every answer of the API is JSON in the API's envelopes, errors too; success is always 200;
// links are absolute; whatever a client sends or fails to read costs bounded memory and time.
