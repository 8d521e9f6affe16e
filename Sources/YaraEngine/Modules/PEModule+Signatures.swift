internal import Bytes
internal import FileFormats

// Authenticode signatures with their certificates.
extension PETable {
  var signatureFields: [ModuleField] {
    [
      flag("is_signed") { state, _ in state.file?.isSigned },
      of.integer("number_of_signatures", deprecation: deprecation("signatures")) { state, _ in
        state.file?.uncheckedSignatures.count
      },
      of.array("signatures", of: signature, count: { state, _ in state.file?.uncheckedSignatures.count ?? 0 }),
    ]
  }

  private var signature: StructureType {
    let certificate = StructureType(
      "pe.certificate", certificateFields { state, handle in state.certificate(handle) })
    // A signature has its signer's certificate's fields for its own.
    return StructureType(
      "pe.signature",
      certificateFields { state, handle in state.signature(handle)?.signingCertificate } + [
        flag("verified") { state, handle in state.verifiedSignature(handle)?.isVerified },
        bytes("digest_alg") { state, handle in state.signature(handle)?.digestAlgorithm },
        bytes("digest") { state, handle in state.signature(handle)?.digest },
        bytes("file_digest") { state, handle in state.verifiedSignature(handle)?.fileDigest },
        of.integer("number_of_certificates") { state, handle in
          state.signature(handle)?.certificates.count
        },
        of.array(
          "certificates", of: certificate,
          count: { state, owner in state.signature(owner)?.certificates.count },
          element: { PEState.certificate($0, .all, $1) }),
        of.structure("signer_info", signer(certificate)),
        of.integer("number_of_countersignatures") { state, handle in
          state.signature(handle)?.countersignatures.count
        },
        of.array(
          "countersignatures", of: countersignature(certificate),
          count: { state, owner in state.signature(owner)?.countersignatures.count },
          element: { PEState.countersignature($0, $1) }),
        ModuleField(
          "valid_on",
          .function([
            flag([.integer]) { state, handle, arguments in
              state.signature(handle)?.signingCertificate?.isValid(on: arguments.integer(0))
            }
          ])),
      ])
  }

  /// - Parameter certificate: whose fields these are.
  private func certificateFields(
    _ certificate: @escaping StateFields<PEState>.Read<AuthenticodeCertificate>
  ) -> [ModuleField] {
    [
      bytes("issuer") { certificate($0, $1)?.issuer },
      bytes("subject") { certificate($0, $1)?.subject },
      bytes("thumbprint") { certificate($0, $1)?.thumbprint },
      of.integer("version") { certificate($0, $1)?.version },
      bytes("algorithm") { certificate($0, $1)?.algorithm },
      bytes("algorithm_oid") { certificate($0, $1)?.algorithmIdentifier },
      bytes("serial") { certificate($0, $1)?.serial },
      of.integer("not_before") { certificate($0, $1)?.notBefore },
      of.integer("not_after") { certificate($0, $1)?.notAfter },
    ]
  }

  private func bytes(
    _ name: String, _ read: @escaping StateFields<PEState>.Read<[UInt8]>
  ) -> ModuleField {
    of.text(name) { state, handle in read(state, handle).map { .owned($0) } }
  }

  private func signer(_ certificate: StructureType) -> StructureType {
    StructureType(
      "pe.signer_info",
      [
        bytes("program_name") { state, handle in state.signature(handle)?.signer?.programName },
        bytes("more_info") { state, handle in state.signature(handle)?.signer?.moreInfo },
        bytes("digest") { state, handle in state.signature(handle)?.signer?.digest },
        bytes("digest_alg") { state, handle in state.signature(handle)?.signer?.digestAlgorithm },
        of.integer("length_of_chain") { state, handle in
          state.signature(handle)?.signer?.chain.count
        },
        of.array(
          "chain", of: certificate,
          count: { state, owner in state.signature(owner)?.signer?.chain.count ?? 0 },
          element: { PEState.certificate($0, .signer, $1) }),
      ])
  }

  private func countersignature(_ certificate: StructureType) -> StructureType {
    StructureType(
      "pe.countersignature",
      [
        flag("verified") { state, handle in state.verifiedCountersignature(handle)?.isVerified },
        of.integer("sign_time") { state, handle in state.countersignature(handle)?.signTime },
        bytes("digest") { state, handle in state.countersignature(handle)?.digest },
        bytes("digest_alg") { state, handle in state.countersignature(handle)?.digestAlgorithm },
        of.integer("length_of_chain") { state, handle in
          state.countersignature(handle)?.chain.count
        },
        of.array(
          "chain", of: certificate,
          count: { state, owner in state.countersignature(owner)?.chain.count },
          element: { owner, index in
            PEState.certificate(owner >> 16, .countersignature(owner & 0xFFFF), index)
          }),
      ])
  }
}
