import "pe"
rule packed_by_imphash {
  condition: pe.imphash() == "f34d5f2d4577ed6d9ceec516c1f5a744" or pe.imphash() == "4328f7206db519cd4e82283211d98e83" or pe.imphash() == "baa93d47220682c04d92f7797d9224ce"
}
