// VirusTotalModel: the objects of VirusTotal's API version 3 as Codable values; nothing else.
//
//   JSON text <--> APIObject<Attributes> (envelopes) <--> RetrohuntJobAttributes, FileAttributes, ...
//
// The same values are written by the server and read by the client, from our server or from
// VirusTotal's. So they are strict in what they write (unknown dates are left out, never null;
// numbers are JSON numbers) and lenient in what they read (a missing counter is 0, a progress may
// be a fraction, an unknown member is ignored).
