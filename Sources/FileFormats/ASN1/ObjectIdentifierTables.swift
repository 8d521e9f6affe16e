// Names of object identifiers as YARA-X and YARA print them, measured with certificates that use
// each of them. A line is: identifier, YARA-X's name, and YARA's where it is another; `-` is no
// name. An underscore stands for a space.

extension ObjectIdentifier {
  /// Attributes of names.
  static let attributeNames = Names(
    """
    2.5.4.0 objectClass -
    2.5.4.1 aliasedObjectName -
    2.5.4.2 knowledgeInformation -
    2.5.4.3 CN
    2.5.4.4 sn SN
    2.5.4.5 serialNumber
    2.5.4.6 C
    2.5.4.7 L
    2.5.4.8 ST
    2.5.4.9 street
    2.5.4.10 O
    2.5.4.11 OU
    2.5.4.12 title
    2.5.4.13 description
    2.5.4.14 searchGuide
    2.5.4.15 businessCategory
    2.5.4.16 postalAddress
    2.5.4.17 postalCode
    2.5.4.18 postOfficeBox
    2.5.4.19 physicalDeliveryOfficeName
    2.5.4.20 telephoneNumber
    2.5.4.21 telexNumber
    2.5.4.22 teletexTerminalIdentifier
    2.5.4.23 facsimileTelephoneNumber
    2.5.4.24 x121Address
    2.5.4.25 internationaliSDNNumber
    2.5.4.26 registeredAddress
    2.5.4.27 destinationIndicator
    2.5.4.28 preferredDeliveryMethod
    2.5.4.29 presentationAddress
    2.5.4.30 supportedApplicationContext
    2.5.4.31 member
    2.5.4.32 owner
    2.5.4.33 roleOccupant
    2.5.4.34 seeAlso
    2.5.4.35 userPassword
    2.5.4.36 userCertificate
    2.5.4.37 cACertificate
    2.5.4.38 authorityRevocationList
    2.5.4.39 certificateRevocationList
    2.5.4.40 crossCertificatePair
    2.5.4.41 name
    2.5.4.42 GN
    2.5.4.43 initials
    2.5.4.44 generationQualifier
    2.5.4.45 x500UniqueIdentifier
    2.5.4.46 dnQualifier
    2.5.4.47 enhancedSearchGuide
    2.5.4.48 protocolInformation
    2.5.4.49 distinguishedName
    2.5.4.50 uniqueMember
    2.5.4.51 houseIdentifier
    2.5.4.52 supportedAlgorithms
    2.5.4.53 deltaRevocationList
    2.5.4.54 dmdName
    2.5.4.65 pseudonym
    2.5.4.72 id-at-role role
    2.5.4.97 - organizationIdentifier
    2.5.4.98 - c3
    2.5.4.99 - n3
    2.5.4.100 - dnsName
    0.9.2342.19200300.100.1.1 uid UID
    0.9.2342.19200300.100.1.2 textEncodedORAddress
    0.9.2342.19200300.100.1.3 mail
    0.9.2342.19200300.100.1.4 info
    0.9.2342.19200300.100.1.5 drink favouriteDrink
    0.9.2342.19200300.100.1.6 roomNumber
    0.9.2342.19200300.100.1.7 photo
    0.9.2342.19200300.100.1.8 userClass
    0.9.2342.19200300.100.1.9 host
    0.9.2342.19200300.100.1.10 manager
    0.9.2342.19200300.100.1.11 documentIdentifier
    0.9.2342.19200300.100.1.12 documentTitle
    0.9.2342.19200300.100.1.13 documentVersion
    0.9.2342.19200300.100.1.14 documentAuthor
    0.9.2342.19200300.100.1.15 documentLocation
    0.9.2342.19200300.100.1.20 homePhone homeTelephoneNumber
    0.9.2342.19200300.100.1.21 secretary
    0.9.2342.19200300.100.1.22 otherMailbox
    0.9.2342.19200300.100.1.23 lastModifiedTime
    0.9.2342.19200300.100.1.24 lastModifiedBy
    0.9.2342.19200300.100.1.25 DC
    0.9.2342.19200300.100.1.26 aRecord
    0.9.2342.19200300.100.1.27 mDRecord pilotAttributeType27
    0.9.2342.19200300.100.1.28 mXRecord
    0.9.2342.19200300.100.1.29 nSRecord
    0.9.2342.19200300.100.1.30 sOARecord
    0.9.2342.19200300.100.1.31 cNAMERecord
    0.9.2342.19200300.100.1.37 associatedDomain
    0.9.2342.19200300.100.1.38 associatedName
    0.9.2342.19200300.100.1.39 homePostalAddress
    0.9.2342.19200300.100.1.40 personalTitle
    0.9.2342.19200300.100.1.41 mobile mobileTelephoneNumber
    0.9.2342.19200300.100.1.42 pager pagerTelephoneNumber
    0.9.2342.19200300.100.1.43 co friendlyCountryName
    0.9.2342.19200300.100.1.44 uniqueIdentifier uid
    0.9.2342.19200300.100.1.45 organizationalStatus
    0.9.2342.19200300.100.1.46 janetMailbox
    0.9.2342.19200300.100.1.47 mailPreferenceOption
    0.9.2342.19200300.100.1.48 buildingName
    0.9.2342.19200300.100.1.49 dSAQuality
    0.9.2342.19200300.100.1.50 singleLevelQuality
    0.9.2342.19200300.100.1.51 subtreeMinimumQuality
    0.9.2342.19200300.100.1.52 subtreeMaximumQuality
    0.9.2342.19200300.100.1.53 personalSignature
    0.9.2342.19200300.100.1.54 dITRedirect
    0.9.2342.19200300.100.1.55 audio
    0.9.2342.19200300.100.1.56 documentPublisher
    0.9.2342.19200300.100.1.60 jpegPhoto -
    1.2.840.113549.1.9.1 pkcs-9-at-emailAddress emailAddress
    1.2.840.113549.1.9.2 pkcs-9-at-unstructuredName unstructuredName
    1.2.840.113549.1.9.3 pkcs-9-at-contentType contentType
    1.2.840.113549.1.9.4 pkcs-9-at-messageDigest messageDigest
    1.2.840.113549.1.9.5 pkcs-9-at-signingTime signingTime
    1.2.840.113549.1.9.6 pkcs-9-at-counterSignature countersignature
    1.2.840.113549.1.9.7 pkcs-9-at-challengePassword challengePassword
    1.2.840.113549.1.9.8 pkcs-9-at-unstructuredAddress unstructuredAddress
    1.2.840.113549.1.9.9 pkcs-9-at-extendedCertificateAttributes extendedCertificateAttributes
    1.2.840.113549.1.9.10 pkcs-9-at-issuerAndSerialNumber -
    1.2.840.113549.1.9.11 pkcs-9-at-passwordCheck -
    1.2.840.113549.1.9.12 pkcs-9-at-publicKey -
    1.2.840.113549.1.9.13 pkcs-9-at-signingDescription -
    1.2.840.113549.1.9.14 pkcs-9-at-extensionRequest extReq
    1.2.840.113549.1.9.15 pkcs-9-at-smimeCapabilities SMIME-CAPS
    1.2.840.113549.1.9.16 smime SMIME
    1.2.840.113549.1.9.20 pkcs-9-at-friendlyName friendlyName
    1.2.840.113549.1.9.21 pkcs-9-at-localKeyId localKeyID
    1.2.840.113549.1.9.22 certTypes -
    1.2.840.113549.1.9.23 crlTypes -
    1.2.840.113549.1.9.24 pkcs-9-oc -
    1.2.840.113549.1.9.25 pkcs-9-at -
    1.2.840.113549.1.9.26 pkcs-9-sx -
    1.2.840.113549.1.9.27 pkcs-9-mr -
    1.3.6.1.4.1.311.60.2.1.1 jurisdictionL
    1.3.6.1.4.1.311.60.2.1.2 jurisdictionST
    1.3.6.1.4.1.311.60.2.1.3 jurisdictionC
    1.3.6.1.5.5.7.9.1 pkcs-9-at-dateOfBirth id-pda-dateOfBirth
    1.3.6.1.5.5.7.9.2 pkcs-9-at-placeOfBirth id-pda-placeOfBirth
    1.3.6.1.5.5.7.9.3 pkcs-9-at-gender id-pda-gender
    1.3.6.1.5.5.7.9.4 pkcs-9-at-countryOfCitizenship id-pda-countryOfCitizenship
    1.3.6.1.5.5.7.9.5 pkcs-9-at-countryOfResidence id-pda-countryOfResidence
    """)

  /// Signature and digest algorithms.
  static let algorithmNames = Names(
    """
    1.2.840.113549.1.1.1 rsaEncryption
    1.2.840.113549.1.1.2 md2WithRSAEncryption
    1.2.840.113549.1.1.3 - md4WithRSAEncryption
    1.2.840.113549.1.1.4 md5WithRSAEncryption
    1.2.840.113549.1.1.5 sha1WithRSAEncryption
    1.2.840.113549.1.1.6 - rsaOAEPEncryptionSET
    1.2.840.113549.1.1.7 id-RSAES-OAEP rsaesOaep
    1.2.840.113549.1.1.8 id-mgf1 mgf1
    1.2.840.113549.1.1.9 id-pSpecified pSpecified
    1.2.840.113549.1.1.10 id-RSASSA-PSS rsassaPss
    1.2.840.113549.1.1.11 sha256WithRSAEncryption
    1.2.840.113549.1.1.12 sha384WithRSAEncryption
    1.2.840.113549.1.1.13 sha512WithRSAEncryption
    1.2.840.113549.1.1.14 sha224WithRSAEncryption
    1.2.840.113549.1.1.15 - sha512-224WithRSAEncryption
    1.2.840.113549.1.1.16 - sha512-256WithRSAEncryption
    1.2.840.10045.4.1 - ecdsa-with-SHA1
    1.2.840.10045.4.3.1 ecdsa-with-SHA224
    1.2.840.10045.4.3.2 ecdsa-with-SHA256
    1.2.840.10045.4.3.3 ecdsa-with-SHA384
    1.2.840.10045.4.3.4 ecdsa-with-SHA512
    1.3.14.3.2.3 - md5WithRSA
    1.3.14.3.2.6 - des-ecb
    1.3.14.3.2.7 - des-cbc
    1.3.14.3.2.8 - des-ofb
    1.3.14.3.2.9 - des-cfb
    1.3.14.3.2.11 - rsaSignature
    1.3.14.3.2.12 - dsaEncryption-old
    1.3.14.3.2.13 - dsaWithSHA
    1.3.14.3.2.15 - shaWithRSAEncryption
    1.3.14.3.2.17 - des-ede
    1.3.14.3.2.18 - sha
    1.3.14.3.2.26 sha1
    1.3.14.3.2.27 - dsaWithSHA1-old
    1.3.14.3.2.29 sha1WithRSAEncryption sha1WithRSA
    1.2.840.10040.4.1 id-dsa dsaEncryption
    1.2.840.10040.4.3 dsaWithSHA1
    1.2.840.10045.2.1 id-ecPublicKey
    2.16.840.1.101.3.4.3.1 dsa_with_SHA224
    2.16.840.1.101.3.4.3.2 dsa_with_SHA256
    2.16.840.1.101.3.4.3.3 - dsa_with_SHA384
    2.16.840.1.101.3.4.3.4 - dsa_with_SHA512
    2.16.840.1.101.3.4.3.5 - dsa_with_SHA3-224
    2.16.840.1.101.3.4.3.6 - dsa_with_SHA3-256
    2.16.840.1.101.3.4.3.7 - dsa_with_SHA3-384
    2.16.840.1.101.3.4.3.8 - dsa_with_SHA3-512
    2.16.840.1.101.3.4.3.9 id-ecdsa-with-sha3-224 ecdsa_with_SHA3-224
    2.16.840.1.101.3.4.3.10 id-ecdsa-with-sha3-256 ecdsa_with_SHA3-256
    2.16.840.1.101.3.4.3.11 id-ecdsa-with-sha3-384 ecdsa_with_SHA3-384
    2.16.840.1.101.3.4.3.12 id-ecdsa-with-sha3-512 ecdsa_with_SHA3-512
    2.16.840.1.101.3.4.3.13 - RSA-SHA3-224
    2.16.840.1.101.3.4.3.14 - RSA-SHA3-256
    2.16.840.1.101.3.4.3.15 - RSA-SHA3-384
    2.16.840.1.101.3.4.3.16 - RSA-SHA3-512
    1.3.101.110 id-X25519 X25519
    1.3.101.111 id-X448 X448
    1.3.101.112 id-Ed25519 ED25519
    1.3.101.113 id-Ed448 ED448
    2.16.840.1.101.3.4.2.1 sha256
    2.16.840.1.101.3.4.2.2 sha384
    2.16.840.1.101.3.4.2.3 sha512
    2.16.840.1.101.3.4.2.4 id-sha224 sha224
    2.16.840.1.101.3.4.2.5 - sha512-224
    2.16.840.1.101.3.4.2.6 - sha512-256
    2.16.840.1.101.3.4.2.7 id-sha3-224 sha3-224
    2.16.840.1.101.3.4.2.8 id-sha3-256 sha3-256
    2.16.840.1.101.3.4.2.9 id-sha3-384 sha3-384
    2.16.840.1.101.3.4.2.10 id-sha3-512 sha3-512
    2.16.840.1.101.3.4.2.11 id-shake128 shake128
    2.16.840.1.101.3.4.2.12 id-shake256 shake256
    2.16.840.1.101.3.4.2.13 id-hmacWithSHA3-224 hmac-sha3-224
    1.2.840.113549.2.2 id-md2 md2
    1.2.840.113549.2.4 - md4
    1.2.840.113549.2.5 md5
    1.2.840.113549.2.6 - hmacWithMD5
    1.2.840.113549.2.7 - hmacWithSHA1
    1.2.840.113549.2.8 id-hmacWithSHA224 hmacWithSHA224
    1.2.840.113549.2.9 id-hmacWithSHA256 hmacWithSHA256
    1.2.840.113549.2.10 id-hmacWithSHA384 hmacWithSHA384
    1.2.840.113549.2.11 id-hmacWithSHA512 hmacWithSHA512
    1.3.36.3.2.1 - ripemd160
    1.3.36.3.3.1.2 - ripemd160WithRSA
    1.2.643.2.2.3 - GOST_R_34.11-94_with_GOST_R_34.10-2001
    1.2.643.7.1.1.3.2 - GOST_R_34.10-2012_with_GOST_R_34.11-2012_(256_bit)
    1.2.156.10197.1.401 - sm3
    """)
}
