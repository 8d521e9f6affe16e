// OracleSupport: what stock YARA and YARA-X say, for tests.
//
//   [OracleCase] -> Oracle.ask -> [OracleAnswer], over Tests/Oracles/oracle.py
//
// A plain target used by tests only; it knows nothing of the engine under test.
